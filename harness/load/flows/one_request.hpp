// Flows of one request that needs at most an access token. Not thread-safe.
#pragma once

#include <memory>

#include "harness/load/flows/flow.hpp"

namespace assay::load {

// Introspection (RFC 7662) of the access token of a session.
[[nodiscard]] std::unique_ptr<flow> make_introspection(const flow_options& o, std::shared_ptr<flow_context> c);
// OIDC Core §5.3.
[[nodiscard]] std::unique_ptr<flow> make_userinfo(const flow_options& o, std::shared_ptr<flow_context> c);
[[nodiscard]] std::unique_ptr<flow> make_jwks(const flow_options& o, std::shared_ptr<flow_context> c);
[[nodiscard]] std::unique_ptr<flow> make_metadata(const flow_options& o, std::shared_ptr<flow_context> c);
// GET of `path`.
[[nodiscard]] std::unique_ptr<flow> make_request(const flow_options& o, std::shared_ptr<flow_context> c);

}  // namespace assay::load
