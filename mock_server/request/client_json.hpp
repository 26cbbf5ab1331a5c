// JSON that a client chose: registration, and the claims parameter. Pure functions, thread-safe.
#pragma once

#include <algorithm>
#include <string_view>

#include "data/json.hpp"

namespace assay::mock {

// null: it is not JSON, or has more values than any such document needs. Each value takes many times the memory and
// the time of its bytes, so that they are counted before they are read.
[[nodiscard]] inline json::value parse_client_json(std::string_view text) {
    constexpr std::ptrdiff_t values_max = 10'000;
    const auto begins_value = [](char ch) { return ch == ',' || ch == '[' || ch == '{'; };
    if (std::count_if(text.begin(), text.end(), begins_value) > values_max) return {};
    return json::parse(text).value_or(json::value());
}

}  // namespace assay::mock
