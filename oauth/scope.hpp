// scope (RFC 6749 §3.3): a set of scope-tokens separated by spaces, their order kept. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::oauth {

using scope_set = std::vector<std::string>;

// Splits on single or repeated spaces; of repeated tokens the first one is kept.
[[nodiscard]] scope_set parse_scope(std::string_view text);
[[nodiscard]] std::string format_scope(const scope_set& scope);
// scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
[[nodiscard]] bool is_scope_token(std::string_view token);
[[nodiscard]] bool has_scope(const scope_set& scope, std::string_view token);
[[nodiscard]] bool is_subset(const scope_set& part, const scope_set& whole);
// In the order of `wanted`.
[[nodiscard]] scope_set intersect(const scope_set& wanted, const scope_set& allowed);

}  // namespace assay::oauth
