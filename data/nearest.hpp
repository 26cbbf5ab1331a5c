// "did you mean": the nearest valid name for a mistyped one. Thread-safe: plain functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// The name with the same words in another order, else the closest of `names` by edit distance (a transposition counts
// as one edit), else the shortest one that contains `typed`, else the one of one word with the longest common
// beginning, four letters or more and more than half a name; empty when none is near.
[[nodiscard]] std::string nearest(std::string_view typed, std::span<const std::string> names);
// The end of a message: "; did you mean 'x'?", or "; known: a, b, c" for a short list, or empty.
[[nodiscard]] std::string did_you_mean(std::string_view typed, std::span<const std::string> names);

}  // namespace assay
