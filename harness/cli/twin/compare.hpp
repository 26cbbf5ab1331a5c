// The shape of answers: what must be the same at a provider and at its twin. Thread-safe: pure functions.
#pragma once

#include <string>
#include <vector>

#include "harness/cli/twin/rehearsal.hpp"

namespace assay::harness::twin {

// Names and types in their order: "{access_token: string, expires_in: number}". `ordered` false: by name, as claims.
[[nodiscard]] std::string shape_of(const json::value& v, bool ordered = true);
// The claims of a JWT; null: it is none.
[[nodiscard]] json::value claims_of(std::string_view token);
// What differs from the provider's answer, in words; empty: nothing.
[[nodiscard]] std::string difference(const rehearsed& r);

}  // namespace assay::harness::twin
