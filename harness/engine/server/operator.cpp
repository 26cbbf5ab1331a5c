// Verbs beside the requests of a client: what an operator would carry out at the server (they go to the mock's
// control API, and are a skip elsewhere), and what the server itself sends.
#include <fmt/format.h>

#include "harness/engine/core/control.hpp"
#include "harness/engine/server/flow.hpp"
#include "http/url.hpp"

namespace assay::harness {

result<void> flow::move_clock(const step& s) {
    if (at_.control.empty()) return fail(errc::unsupported, "only the mock's clock can be moved");
    auto by = vars.expand(s.amount);
    if (!by) return fail(by.error());
    const auto seconds = by->as_integer();
    if (!seconds) return fail(errc::usage, "advance_s must be a whole number");
    auto moved = call_control("POST", at_.control + "/clock", json::object{{"advance_s", *seconds}});
    if (!moved) return fail(moved.error());
    advanced_s_ += *seconds;
    return {};
}

result<void> flow::rotate_keys() {
    if (at_.control.empty()) return fail(errc::unsupported, "needs an operator who rotates the server's keys");
    auto done = call_control("POST", at_.control + "/keys", json::object{});
    return done ? result<void>{} : fail(done.error());
}

result<void> flow::listen() {
    const auto at = http::parse_url(at_.issuer);
    if (!at || !at->is_loopback())
        return fail(errc::unsupported, "a server elsewhere cannot call a listener on this machine's loopback");
    auto started = listener::start();
    if (!started) return fail(started.error());
    listener_ = std::move(*started);
    return {};
}

result<void> flow::receive() {
    constexpr std::chrono::seconds at_most{5};
    if (!listener_) return fail(errc::usage, "'received' needs a step 'listen' before it");
    auto came = listener_->next(at_most);
    if (!came)
        return fail(errc::not_found, fmt::format("no request came to the client within {} s", at_most.count()));
    now = answer{};
    now.form = oauth::parse_form(came->body).value_or(oauth::form{});
    last["logout_token"] = now.form.value("logout_token");
    return {};
}

result<void> flow::withdraw_consent(const step& s) {
    if (at_.control.empty()) return fail(errc::unsupported, "needs a person at the server's own account page");
    auto who = client_for(s);
    if (!who) return fail(who.error());
    auto done = call_control("DELETE",
                             fmt::format("{}/consents?client_id={}&user={}", at_.control, (*who)->client_id,
                                         s.sign_in.value_or(sign_in_spec{}).user),
                             json::value());
    return done ? result<void>{} : fail(done.error());
}

}  // namespace assay::harness
