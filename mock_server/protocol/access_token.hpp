// Access tokens as text: opaque, or a JWT (RFC 9068).
#pragma once

#include <optional>
#include <string>

#include "mock_server/protocol/tokens.hpp"

namespace assay::mock {

struct access_token {
    std::string text;    // for the client
    std::string stored;  // what the store knows it by
};
[[nodiscard]] access_token make_access_token(context& c, const grant_of_tokens& g, const token_pair& pair);
// The pair of an access token that was presented. A JWT counts where its signature is the issuer's (§4).
[[nodiscard]] std::optional<token_pair> find_access_token(const context& c, const std::string& text);

}  // namespace assay::mock
