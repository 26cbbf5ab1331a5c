// Resource indicators (RFC 8707): the audience of a token.
#pragma once

#include <string>
#include <vector>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// An invalid `resource` of a request. It is refused with `invalid_target`.
struct resource_finding {
    rule broken{};
    std::string got;
};
[[nodiscard]] std::optional<resource_finding> bad_resource(const context& c, const std::vector<std::string>& asked);

// The resources of a token request; `authorized`: those allowed (nullptr: no earlier authorization).
[[nodiscard]] outcome<token_binding> resources_of_token_request(context& c,
                                                                const std::vector<std::string>* authorized);

}  // namespace assay::mock
