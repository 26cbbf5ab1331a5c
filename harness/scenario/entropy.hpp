// How hard a sample of codes or tokens is to guess (RFC 6749 §10.10). Pure functions.
#pragma once

#include <string>
#include <vector>

#include "data/json.hpp"

namespace assay::harness {

// The different members of the array as text, sorted.
[[nodiscard]] std::vector<std::string> distinct_texts(const json::array& items);

// Bits of entropy by position: the Shannon entropy of the characters seen there, with the Miller-Madow correction for
// the size of the sample, summed. Fixed prefixes count nothing, and a counter little. It is an upper bound: it sees
// no relation between positions, so a hash of a counter passes. 0 for fewer than two texts.
[[nodiscard]] double entropy_bits(const std::vector<std::string>& texts);
// The same, six standard errors higher: what lies below a limit in this is below it, and not by the sample's chance.
[[nodiscard]] double entropy_bits_at_most(const std::vector<std::string>& texts);

}  // namespace assay::harness
