// How much faults add to an answer, and the limits of that. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <vector>

#include "data/result.hpp"
#include "mock_server/faults/fault_spec.hpp"

namespace assay::mock {

// Of faults that the owner of the mock switches on. An answer needs about four times its bytes of memory.
inline constexpr std::size_t forged_bytes_max = std::size_t{32} << 20U;
// Of the faults in a URL, which any client can write, multiplied by their number: to find which faults change the
// answer, it is made once for each.
inline constexpr std::size_t forged_bytes_by_url_max = std::size_t{2} << 20U;

// The bytes that this fault adds to an answer at most; texts of its own are not counted, since they cost what they
// weigh.
[[nodiscard]] std::size_t forged_bytes(const fault_spec& s);

enum class chosen_by { owner, url };
// Errors: usage, with the limit.
[[nodiscard]] result<void> demand_modest(const std::vector<fault_spec>& specs, chosen_by who);

}  // namespace assay::mock
