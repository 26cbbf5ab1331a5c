// The operations that faults may be composed of, one row each: a file of faults is held against them when it is read.
// Thread-safe: constant data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "data/json.hpp"
#include "mock_server/faults/fault.hpp"

namespace assay::mock {

// What an operation takes. `names`: a list; `members`: a map.
enum class operation_argument : std::uint8_t { number, text, names, members, key, anything };

struct operation_row {
    std::string_view name;
    // Where it can act; none: at the answer of any endpoint.
    std::optional<hook> only_at;
    operation_argument takes;
    std::string_view what;  // what it does, one sentence
};
[[nodiscard]] std::span<const operation_row> operation_rows();
[[nodiscard]] const operation_row* find_operation(std::string_view name);  // nullptr: there is none
[[nodiscard]] bool acts_at(const operation_row& row, hook h);
// `v` as a fault has it, with its parameters' defaults in it: a value of the call is known only then.
[[nodiscard]] bool fits(operation_argument wanted, const json::value& v);
[[nodiscard]] std::string_view words_of(operation_argument wanted);  // "a number"

}  // namespace assay::mock
