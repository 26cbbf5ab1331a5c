// The members of a dialect by their YAML names: the one table by which dialects are read, shown, compared and
// described (JSON Schema). Thread-safe: constant data.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mock_server/dialects/dialect.hpp"

namespace assay::mock {

// A pointer to the member of a dialect.
template <class T>
using member_of = T& (*)(dialect&);
using dialect_member = std::variant<member_of<std::string>, member_of<bool>, member_of<std::int64_t>,
                                    member_of<std::vector<std::string>>,
                                    member_of<std::map<std::string, std::string>>, member_of<json::value>>;

struct dialect_field {
    std::string_view section;  // the map that contains it; empty: the top level
    std::string_view name;
    dialect_member at;
    std::string_view what;                          // one sentence for the manual and the schema
    std::span<const std::string_view> one_of = {};  // allowed texts; empty: any
};
// In the order of display; the fields of a section are adjacent.
[[nodiscard]] std::span<const dialect_field> dialect_fields();
// The sections in that order, without the top level: "paths", "lifetimes" …
[[nodiscard]] std::span<const std::string_view> dialect_sections();
// Members that are not plain values and so not in the table: extends, not_enforced, enforced, refusals, claims,
// resources, metadata_extra.
[[nodiscard]] std::span<const std::string_view> special_members();

// The values of `as` in a refusal, with the channel that each means.
[[nodiscard]] std::span<const std::pair<std::string_view, channel>> refusal_channels();

}  // namespace assay::mock
