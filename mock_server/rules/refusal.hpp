// What an endpoint yields instead of a value when a rule does not hold and is enforced. Plain values.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "mock_server/rules/rules.hpp"

namespace assay::mock {

// A rule that does not hold and is enforced, in the dialect's words.
struct refusal {
    rule id{};
    int status = 400;
    std::string error;
    std::string description;  // empty: none is sent
    channel where = channel::json;
    std::string expected;
    std::string got;
    std::string state{};  // in the body, too, where the dialect has it
};

// What an endpoint yields: a value, or the refusal that ends the request.
template <class T>
using outcome = tl::expected<T, refusal>;
[[nodiscard]] inline tl::unexpected<refusal> refuse(refusal r) {
    return tl::unexpected<refusal>(std::move(r));
}

}  // namespace assay::mock
