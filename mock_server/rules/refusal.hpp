// The result of an endpoint when an enforced rule is violated. Plain values.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "mock_server/rules/rules.hpp"

namespace assay::mock {

// A violated rule that is enforced, with the dialect's texts.
struct refusal {
    rule id{};
    int status = 400;
    std::string error;
    std::string description;  // empty: not sent
    channel where = channel::json;
    std::string expected;
    std::string got;
    std::string state{};  // also sent in the body where the dialect does so
};

// The result of an endpoint's step: a value, or the refusal that ends the request.
template <class T>
using outcome = tl::expected<T, refusal>;
[[nodiscard]] inline tl::unexpected<refusal> refuse(refusal r) {
    return tl::unexpected<refusal>(std::move(r));
}

}  // namespace assay::mock
