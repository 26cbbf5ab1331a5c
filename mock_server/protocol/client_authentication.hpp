// Client authentication at the token, introspection and revocation endpoints (RFC 6749 §2.3).
#pragma once

#include <memory>
#include <string>

#include "mock_server/request/context.hpp"

namespace assay::mock {

struct authenticated_client {
    std::shared_ptr<const client> who;
    std::string method;  // a token_endpoint_auth_method: client_secret_basic, private_key_jwt, none …
};

// Applies the rules client.*. If the rules accept an unknown client, a client is made up for this request.
[[nodiscard]] outcome<authenticated_client> authenticate_client(context& c);

}  // namespace assay::mock
