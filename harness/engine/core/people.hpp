// People and organizations of an issuer, as check files name them. Thread-safe: pure.
#pragma once

#include <string_view>

#include "data/json.hpp"

namespace assay::harness {

// "ada.sub" is `sub` of the element of `list` whose `key` is "ada". nullptr: there is no such list, element or
// member.
[[nodiscard]] const json::value* member_of_one(const json::value* list, std::string_view key, std::string_view path);

}  // namespace assay::harness
