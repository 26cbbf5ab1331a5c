// Values of configured claims that are filled in for each token: "${user.email}", "tenant-${request.tenant}". Pure
// functions over plain values; thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "data/json.hpp"
#include "data/result.hpp"
#include "oauth/form.hpp"

namespace assay::mock {

// What a token is made from.
struct claim_values {
    std::span<const std::pair<std::string_view, std::string_view>> named;  // "user.email"; empty: not known
    const oauth::form* request = nullptr;  // parameters of the token request; nullptr: none
};

// Errors: usage: a text names what is not there, with the nearest name; "${" without "}".
[[nodiscard]] result<void> demand_template(const json::value& v);
// The value with its texts filled in. No value if a name has none: the claim is left out then, as a token with
// "tenant-" would be about nobody.
[[nodiscard]] std::optional<json::value> filled_in(const json::value& v, const claim_values& from);

}  // namespace assay::mock
