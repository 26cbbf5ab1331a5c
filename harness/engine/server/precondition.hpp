// The control run before the checks of a real server: what every check builds on, done once without a fault. If it
// fails, no check can be decided, and one sentence names the line of the server file to correct.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/engine/server/subject.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

// What the server refused. `key`: the key to correct in the server file: "sign_in.password",
// "clients.confidential.redirect_uris"; empty: the problem is at the server.
struct unmet {
    std::string key;
    std::string message;
    std::vector<reports::evidence> exchanges{};
};

// One sign-in, one redemption and, if there is a refresh token, one refresh, as client `who`.
struct control_run {
    std::optional<unmet> failure{};
    bool refresh_token = false;
    bool id_token = false;
};
[[nodiscard]] control_run run_control(const issuer_view& at, const registered_client& who);

// Whether a step of the check is a sign-in or a token request of a configured client.
[[nodiscard]] bool builds_on_sign_in(const check& c);

}  // namespace assay::harness
