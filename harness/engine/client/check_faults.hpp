// The faults of a client check, and what they require of the run. Thread-safe: pure functions.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "data/json.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

// The faults of that variant with ${matrix.*} replaced; other ${…} are kept.
[[nodiscard]] json::value faults_of(const check& c, const variant& v);

// Whether they refer to a second issuer.
[[nodiscard]] bool names_other_issuer(const json::value& faults);
// The reach of each fault, from the mock's answer to GET /faults.
class fault_reaches {
public:
    fault_reaches() = default;
    explicit fault_reaches(const json::value& listing);

    // A fault on the wire must not affect a connection from another check's pool, nor leave one. `faults`: from
    // faults_of().
    [[nodiscard]] bool needs_own_origin(const json::value& faults) const;
    // Whether a careful client waits for its own timeout in some variant of the check.
    [[nodiscard]] bool waits(const check& c) const;

private:
    std::set<std::string, std::less<>> wire_, slow_;  // names
};

}  // namespace assay::harness
