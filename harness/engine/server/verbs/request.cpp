// Raw HTTP.
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

class request final : public exchange_verb {
public:
    request() : exchange_verb("request", "Sends exactly what the step says: raw HTTP.", keys, takes::words_alone) {}

    [[nodiscard]] result<http::call> make_call(server_run& run, const step& s) const override {
        const request_words& w = words_of(s);
        if (w.url.empty() && w.path.empty()) return fail(errc::usage, "'request' needs path or url");
        auto url = run.target_of(w, "");
        if (!url) return fail(url.error());
        http::request r;
        oauth::form f;
        if (!w.auth.empty()) {
            auto who = run.client_for(w);
            if (!who) return fail(who.error());
            if (auto ok = run.authenticate(w, **who, f, r.head); !ok) return fail(ok.error());
        }
        if (auto ok = run.apply(f, w.parameters); !ok) return fail(ok.error());
        if (auto ok = run.add_bearer(w, false, r.head); !ok) return fail(ok.error());
        if (!f.fields.empty()) {
            r.body = oauth::format_form(f);
            r.head.set("Content-Type", "application/x-www-form-urlencoded");
        }
        if (auto ok = set_body(run, w, r); !ok) return fail(ok.error());
        auto method = run.text(!w.method.empty() ? w.method : r.body.empty() ? "GET" : "POST");
        if (!method) return fail(method.error());
        r.method = std::move(*method);
        return run.address(w, std::move(r), *url);
    }

private:
    static result<void> set_body(server_run& run, const request_words& w, http::request& r) {
        if (w.body || w.json_body) {
            auto body = run.vars.expand(w.json_body ? *w.json_body : *w.body);
            if (!body) return fail(body.error());
            r.body = w.json_body ? json::format(*body) : text_of(*body);
            if (w.json_body) r.head.set("Content-Type", "application/json");
        }
        if (w.content_type.empty()) return {};
        auto type = run.text(w.content_type);
        if (!type) return fail(type.error());
        r.head.set("Content-Type", *type);
        return {};
    }

    static constexpr std::array<std::string_view, 13> keys{
        "client", "auth", "access_token", "headers", "method",    "body", "content_type",
        "path",   "url",  "form",         "json",    "assertion", "dpop"};
};

}  // namespace

const server_verb& request_verb() {
    static const request one;
    return one;
}

}  // namespace assay::harness
