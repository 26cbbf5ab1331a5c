// Client authentication at the token, introspection and revocation endpoints (RFC 6749 §2.3).
#pragma once

#include <memory>
#include <string>

#include "mock_server/request/context.hpp"

namespace assay::mock {

struct authenticated_client {
    std::shared_ptr<const client> who;
    std::string method;  // as token_endpoint_auth_method names it: client_secret_basic, private_key_jwt, none …
};

// Applies the rules client.*; a client that the rules let pass though nobody registered it is made up on the spot.
[[nodiscard]] outcome<authenticated_client> authenticate_client(context& c);

}  // namespace assay::mock
