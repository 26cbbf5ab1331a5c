// Pushed authorization requests (RFC 9126 §2).
#include <fmt/format.h>

#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

class par final : public exchange_verb {
public:
    par()
        : exchange_verb("par",
                        "Pushes the authorization request; `authorize: { request_uri: \"${last.request_uri}\" }` "
                        "then sends client_id and that alone.",
                        keys, takes::parameters) {}
    [[nodiscard]] bool builds_on_sign_in(const step&) const override { return true; }
    [[nodiscard]] bool can_race() const override { return false; }

    [[nodiscard]] result<http::call> make_call(server_run& run, const step& s) const override {
        const request_words& w = words_of(s);
        auto url = run.target_of(w, "pushed_authorization_request_endpoint");
        if (!url) return fail(url.error());
        auto who = run.client_for(w);
        if (!who) return fail(who.error());
        run.last_role = (*who)->role;
        auto form = run.authorization_parameters(w, **who, true);
        if (!form) return fail(form.error());
        return run.form_call(w, **who, *url, std::move(*form));
    }

    void absorb(server_run& run, const step&, const http::exchange& e) const override {
        run.note_nonce(e);
        const auto document = json::parse(e.received.body);
        if (document && e.received.status == 201) run.last["request_uri"] = document->string_at("request_uri");
    }

private:
    static constexpr std::array<std::string_view, 9> keys{"client", "auth", "headers",   "method",        "url",
                                                          "pkce",   "dpop", "assertion", "request_object"};
};

}  // namespace

const server_verb& par_verb() {
    static const par one;
    return one;
}

}  // namespace assay::harness
