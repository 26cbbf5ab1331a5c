// The verbs of client checks. A new one is a file here, a declaration below and a row in table.cpp;
// tests/harness/engine/client/verbs_test.cpp compares docs/scenarios.md and docs/schema/check.json with them.
#pragma once

#include "harness/engine/client/verbs/verb.hpp"

namespace assay::harness {

[[nodiscard]] verb_list client_verbs();

// The step `sign_in: {}` without expectations.
[[nodiscard]] client_step plain_sign_in();

[[nodiscard]] const client_verb& client_sign_in_verb();
[[nodiscard]] const client_verb& client_login_verb();
[[nodiscard]] const client_verb& client_deliver_verb();
[[nodiscard]] const client_verb& client_refresh_verb();
[[nodiscard]] const client_verb& client_userinfo_verb();
[[nodiscard]] const client_verb& client_call_verb();
[[nodiscard]] const client_verb& client_logout_verb();
[[nodiscard]] const client_verb& client_look_verb();

}  // namespace assay::harness
