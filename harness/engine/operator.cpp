// Verbs that an operator would carry out at the server: they go to the mock's control API, and are a skip elsewhere.
#include <fmt/format.h>

#include "harness/engine/control.hpp"
#include "harness/engine/flow.hpp"

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
