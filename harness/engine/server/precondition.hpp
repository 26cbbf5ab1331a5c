// The control run before the checks of a real server: what every check builds on, done once without anything wrong in
// it. Where it does not hold no check can be decided, and one sentence says which line of the server file to mend.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/engine/server/subject.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

// What the server did not take. `key` is what to mend in the server file: "sign_in.password",
// "clients.confidential.redirect_uris"; empty: the person has to look at the server.
struct unmet {
    std::string key;
    std::string message;
    std::vector<reports::evidence> exchanges{};
};

// One sign-in, one redemption and, where a refresh token came, one refresh, as `who`.
struct control_run {
    std::optional<unmet> failure{};
    bool refresh_token = false;
    bool id_token = false;
};
[[nodiscard]] control_run run_control(const issuer_view& at, const registered_client& who);

// Whether the check has a sign-in or a token request of a configured client among its steps.
[[nodiscard]] bool builds_on_sign_in(const check& c);

}  // namespace assay::harness
