// Dynamic client registration (RFC 7591).
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

class registration_request final : public exchange_verb {
public:
    registration_request()
        : exchange_verb("register", "Registers a client; it is deleted when the check ends.", bearer_words,
                        takes::parameters) {}

    // RFC 7591 §3.1: the parameters are members of a JSON object.
    [[nodiscard]] result<http::call> make_call(server_run& run, const step& s) const override {
        const request_words& w = words_of(s);
        auto url = run.target_of(w, "registration_endpoint");
        if (!url) return fail(url.error());
        http::request r;
        r.method = "POST";
        if (auto ok = run.add_bearer(w, false, r.head); !ok) return fail(ok.error());
        if (!w.access_token && !run.at.initial_access_token.empty())
            r.head.set("Authorization", "Bearer " + run.at.initial_access_token);
        json::object body;
        for (const parameter& p : w.parameters) {
            if (p.absent) continue;
            auto v = run.vars.expand(p.value);
            if (!v) return fail(v.error());
            body.append(p.name, std::move(*v));
        }
        r.head.set("Content-Type", "application/json");
        r.body = json::format(body);
        return run.address(w, std::move(r), *url);
    }

    void absorb(server_run& run, const step&, const http::exchange& e) const override {
        run.note_nonce(e);
        const auto document = json::parse(e.received.body);
        if (document && e.received.status < 300) run.registered.push_back(registration_of(*document));
    }
};

}  // namespace

const server_verb& register_verb() {
    static const registration_request one;
    return one;
}

}  // namespace assay::harness
