// What a client check does wrong on purpose, and what follows from it for the run. Pure functions.
#pragma once

#include "data/json.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

// The faults of that variant, ${matrix.*} filled in; other ${…} stay.
[[nodiscard]] json::value faults_of(const check& c, const variant& v);

// A fault of connections, or of what is fetched first, must not meet a connection that another check left in a pool,
// nor leave one behind. `faults`: as faults_of() has them.
[[nodiscard]] bool needs_own_origin(const json::value& faults);
// It names a second issuer.
[[nodiscard]] bool names_other_issuer(const json::value& faults);
// A careful client waits there for its own bound, in some variant of the check.
[[nodiscard]] bool waits(const check& c);

}  // namespace assay::harness
