// Arguments of operations as C++ values. A parameter set by the user can have another type than the row declares;
// such an argument is empty here. Thread-safe: pure functions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "data/json.hpp"

namespace assay::mock::operations {

[[nodiscard]] inline std::size_t size_of(const json::value& v) {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, v.as_integer().value_or(0)));
}
[[nodiscard]] inline std::string text_of(const json::value& v) {
    return v.is_string() ? *v.as_string() : json::format(v);
}
[[nodiscard]] inline const json::array& names_of(const json::value& v) {
    static const json::array none;
    return v.as_array() != nullptr ? *v.as_array() : none;
}
[[nodiscard]] inline const json::object& members_of(const json::value& v) {
    static const json::object none;
    return v.as_object() != nullptr ? *v.as_object() : none;
}

}  // namespace assay::mock::operations
