// What a client check does wrong on purpose, and what follows from it for the run. Pure functions.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "data/json.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

// The faults of that variant, ${matrix.*} filled in; other ${…} stay.
[[nodiscard]] json::value faults_of(const check& c, const variant& v);

// It names a second issuer.
[[nodiscard]] bool names_other_issuer(const json::value& faults);
// How far each fault of the mock reaches, as it says itself: the answer of GET /faults.
class fault_reaches {
public:
    fault_reaches() = default;
    explicit fault_reaches(const json::value& listing);

    // A fault on the wire must not meet a connection that another check left in a pool, nor leave one behind.
    // `faults`: as faults_of() has them.
    [[nodiscard]] bool needs_own_origin(const json::value& faults) const;
    // A careful client waits there for its own time limit, in some variant of the check.
    [[nodiscard]] bool waits(const check& c) const;

private:
    std::set<std::string, std::less<>> wire_, slow_;  // names
};

}  // namespace assay::harness
