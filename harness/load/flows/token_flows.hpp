// Flows that end at the token endpoint. Not thread-safe.
#pragma once

#include <memory>

#include "harness/load/flows/flow.hpp"

namespace assay::load {

// Exchanges a prepared code (RFC 6749 §4.1.3).
[[nodiscard]] std::unique_ptr<flow> make_code_exchange(const flow_options& o, std::shared_ptr<flow_context> c);
// Starts with the authorization request, if the server signs in without pages.
[[nodiscard]] std::unique_ptr<flow> make_sign_in(const flow_options& o, std::shared_ptr<flow_context> c);
// Uses the refresh token of a session; the server may rotate it (RFC 6749 §6, RFC 9700 §4.14.2).
[[nodiscard]] std::unique_ptr<flow> make_refresh(const flow_options& o, std::shared_ptr<flow_context> c);
// Requests UserInfo; if the access token has expired, refreshes and requests it again.
[[nodiscard]] std::unique_ptr<flow> make_session(const flow_options& o, std::shared_ptr<flow_context> c);
[[nodiscard]] std::unique_ptr<flow> make_client_credentials(const flow_options& o, std::shared_ptr<flow_context> c);

}  // namespace assay::load
