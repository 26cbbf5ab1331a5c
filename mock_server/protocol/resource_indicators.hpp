// Resource indicators (RFC 8707): which audience a token is for.
#pragma once

#include <string>
#include <vector>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// `resource` of an authorization request. A refusal of one is `invalid_target`.
struct resource_finding {
    rule broken{};
    std::string got;
};
[[nodiscard]] std::optional<resource_finding> bad_resource(const context& c, const std::vector<std::string>& asked);

// What a token request asks for, held against what was authorized (nullptr: no authorization came before it).
[[nodiscard]] outcome<token_binding> resources_of_token_request(context& c,
                                                                const std::vector<std::string>* authorized);

}  // namespace assay::mock
