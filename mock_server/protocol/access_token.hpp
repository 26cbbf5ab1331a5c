// Access tokens: opaque, or a JWT (RFC 9068).
#pragma once

#include <optional>
#include <string>

#include "mock_server/protocol/tokens.hpp"

namespace assay::mock {

struct access_token {
    std::string text;    // sent to the client
    std::string stored;  // key in the store
};
[[nodiscard]] access_token make_access_token(context& c, const grant_of_tokens& g, const token_pair& pair);
// The pair of a presented access token. A JWT must be signed by this issuer (§4).
[[nodiscard]] std::optional<token_pair> find_access_token(const context& c, const std::string& text);

}  // namespace assay::mock
