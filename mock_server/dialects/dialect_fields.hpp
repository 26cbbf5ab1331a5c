// The members of a dialect by their YAML names: what reads, shows, compares and describes (JSON Schema) a dialect
// goes by this one table. Thread-safe: constant data.
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

// How to reach it in a dialect.
template <class T>
using member_of = T& (*)(dialect&);
using dialect_member =
    std::variant<member_of<std::string>, member_of<bool>, member_of<std::int64_t>,
                 member_of<std::vector<std::string>>, member_of<std::map<std::string, std::string>>>;

struct dialect_field {
    std::string_view section;  // the map it stands in; empty: the top
    std::string_view name;
    dialect_member at;
    std::string_view what;                          // one sentence
    std::span<const std::string_view> one_of = {};  // what a text may be; empty: anything
};
// In the order in which they are shown; the fields of a section stand together.
[[nodiscard]] std::span<const dialect_field> dialect_fields();
// The sections in that order, without the top: "paths", "lifetimes" …
[[nodiscard]] std::span<const std::string_view> dialect_sections();
// Members that are no plain value, beside those of the table: extends, not_enforced, enforced, refusals, resources,
// metadata_extra.
[[nodiscard]] std::span<const std::string_view> special_members();

// Where a refusal can be sent, by the name that `as` gives it.
[[nodiscard]] std::span<const std::pair<std::string_view, channel>> refusal_channels();

}  // namespace assay::mock
