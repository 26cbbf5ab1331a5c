// Flows that end at the token endpoint. Not thread-safe.
#pragma once

#include <memory>

#include "harness/load/flows/flow.hpp"

namespace assay::load {

// A code that is there already, exchanged (RFC 6749 §4.1.3).
[[nodiscard]] std::unique_ptr<flow> make_code_exchange(const flow_options& o, std::shared_ptr<flow_context> c);
// From the authorization request on, where the server signs in without pages.
[[nodiscard]] std::unique_ptr<flow> make_sign_in(const flow_options& o, std::shared_ptr<flow_context> c);
// A session's refresh token, rotated where the server does so (RFC 6749 §6, RFC 9700 §4.14.2).
[[nodiscard]] std::unique_ptr<flow> make_refresh(const flow_options& o, std::shared_ptr<flow_context> c);
// A session in use: userinfo, and where its access token has expired a refresh and userinfo again.
[[nodiscard]] std::unique_ptr<flow> make_session(const flow_options& o, std::shared_ptr<flow_context> c);
[[nodiscard]] std::unique_ptr<flow> make_client_credentials(const flow_options& o, std::shared_ptr<flow_context> c);

}  // namespace assay::load
