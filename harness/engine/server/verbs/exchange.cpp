#include "harness/engine/server/verbs/exchange.hpp"

#include <fmt/format.h>

namespace assay::harness {
namespace {

constexpr std::array<std::string_view, 13> form_words{
    "client",           "auth",     "headers",   "method", "body", "content_type", "path", "url",
    "repeat_parameter", "transfer", "assertion", "dpop",   "over"};
constexpr std::array<const char*, 3> token_names{"access_token", "refresh_token", "id_token"};

}  // namespace

result<void> exchange_verb::carry_out(server_run& run, const step& s) const {
    auto c = make_call(run, s);
    if (!c) return fail(c.error());
    if (!words_of(s).over.empty()) return run.exchange_over_http(std::move(*c));
    auto done = run.send(std::move(*c));
    if (!done) return fail(done.error());
    run.now = observation_of(done->received);
    absorb(run, s, *done);
    return {};
}

form_verb::form_verb(std::string_view name, std::string_view help, std::string_view endpoint)
    : exchange_verb(name, help, form_words, takes::parameters), endpoint_(endpoint) {}

result<http::call> form_verb::make_call(server_run& run, const step& s) const {
    const request_words& w = words_of(s);
    auto url = run.target_of(w, endpoint_);
    if (!url) return fail(url.error());
    auto who = run.client_for(w);
    if (!who) return fail(who.error());
    auto form = form_of(run, w);
    if (!form) return fail(form.error());
    return run.form_call(w, **who, *url, std::move(*form));
}

void grant_verb::absorb(server_run& run, const step& s, const http::exchange& e) const {
    run.note_nonce(e);
    const auto document = json::parse(e.received.body);
    const bool granted = e.received.status == 200 && document && document->find("access_token") != nullptr;
    if (!granted) {
        // If the step expects a refusal, the earlier tokens are kept; if it expects nothing, they are dropped.
        if (begins_anew() && s.expect.empty()) {
            for (const char* name : token_names) run.last.erase(name);
        }
        return;
    }
    for (const char* name : token_names) {
        if (const json::value* v = document->find(name); v != nullptr && v->is_string()) {
            run.last[name] = *v->as_string();
        } else if (begins_anew()) {
            run.last.erase(name);
        }
    }
}

result<oauth::form> token_form_verb::form_of(server_run& run, const request_words& w) const {
    oauth::form f;
    if (auto ok = add_last(run, w, f, "token", "access_token"); !ok) return fail(ok.error());
    return f;
}

result<void> add_last(server_run& run, const request_words& w, oauth::form& f, const std::string& name,
                      std::string_view last) {
    if (w.find_parameter(name) != nullptr) return {};
    auto v = run.vars.find(fmt::format("last.{}", last));
    if (!v) return fail(v.error());
    f.append(name, text_of(*v));
    return {};
}

}  // namespace assay::harness
