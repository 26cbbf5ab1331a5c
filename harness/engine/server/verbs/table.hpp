// The verbs of server checks. A new one is a file here, a declaration below and a row in table.cpp;
// tests/harness/engine/server/verbs_test.cpp compares docs/scenarios.md and docs/schema/check.json with them.
#pragma once

#include <string_view>

#include "harness/engine/server/request_words.hpp"
#include "harness/engine/server/verbs/verb.hpp"
#include "harness/scenario/loader.hpp"

namespace assay::harness {

[[nodiscard]] verb_list server_verbs();

// A step as if a check had these keys under the verb, which must send a request.
[[nodiscard]] step make_step(std::string_view verb, request_words words);

[[nodiscard]] const server_verb& discover_verb();
[[nodiscard]] const server_verb& authorize_verb();
[[nodiscard]] const server_verb& submit_verb();
[[nodiscard]] const server_verb& token_verb();
[[nodiscard]] const server_verb& refresh_verb();
[[nodiscard]] const server_verb& userinfo_verb();
[[nodiscard]] const server_verb& introspect_verb();
[[nodiscard]] const server_verb& revoke_verb();
[[nodiscard]] const server_verb& jwks_verb();
[[nodiscard]] const server_verb& register_verb();
[[nodiscard]] const server_verb& resource_verb();
[[nodiscard]] const server_verb& request_verb();
[[nodiscard]] const server_verb& id_token_verb();
[[nodiscard]] const server_verb& access_token_verb();
[[nodiscard]] const server_verb& signed_userinfo_verb();
[[nodiscard]] const server_verb& logout_token_verb();
[[nodiscard]] const server_verb& par_verb();
[[nodiscard]] const server_verb& device_verb();
[[nodiscard]] const server_verb& poll_verb();
[[nodiscard]] const server_verb& exchange_verb_of_tokens();
[[nodiscard]] const server_verb& jwt_bearer_verb();
[[nodiscard]] const server_verb& decide_device_verb();
[[nodiscard]] const server_verb& logout_verb();
[[nodiscard]] const server_verb& assert_verb();
[[nodiscard]] const server_verb& listen_verb();
[[nodiscard]] const server_verb& received_verb();
[[nodiscard]] const server_verb& rotate_keys_verb();
[[nodiscard]] const server_verb& withdraw_consent_verb();
[[nodiscard]] const server_verb& handshake_verb();
[[nodiscard]] const server_verb& clock_verb();
[[nodiscard]] const server_verb& race_verb();
[[nodiscard]] const server_verb& for_each_verb();
[[nodiscard]] const server_verb& repeat_verb();

}  // namespace assay::harness
