// Client authentication at the token, introspection and revocation endpoints (RFC 6749 §2.3).
#pragma once

#include <string>

#include "mock_server/context.hpp"

namespace assay::mock {

struct authenticated_client {
    client who;
    std::string method;  // client_secret_basic, client_secret_post or none
};

// Applies the rules client.*; a client that the rules let pass though nobody registered it is made up on the spot.
[[nodiscard]] outcome<authenticated_client> authenticate_client(context& c);

}  // namespace assay::mock
