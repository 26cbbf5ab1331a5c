// How hard codes or tokens are to guess, estimated from a sample (RFC 6749 §10.10). Thread-safe: pure functions.
#pragma once

#include <string>
#include <vector>

#include "data/json.hpp"

namespace assay::harness {

// The distinct members of the array as text, sorted.
[[nodiscard]] std::vector<std::string> distinct_texts(const json::array& items);

// Bits of entropy: for each position the Shannon entropy of its characters, with the Miller-Madow correction for the
// size of the sample; then the sum. A fixed prefix adds nothing, and a counter little. It is an upper bound:
// relations between positions are not seen, so a hash of a counter passes. 0 for fewer than two texts.
[[nodiscard]] double entropy_bits(const std::vector<std::string>& texts);
// The same plus six standard errors: if this is below a limit, the entropy is below it, not only the sample's.
[[nodiscard]] double entropy_bits_at_most(const std::vector<std::string>& texts);

}  // namespace assay::harness
