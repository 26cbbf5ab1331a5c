// The point u1*G + u2*Q of P-256 for eight ECDSA signatures at once, each under a key of its own (ifma.hpp). Only for
// oauth/*.cpp. Thread-safe: a plain function.
#pragma once

#include <span>

#include "oauth/ifma.hpp"

namespace assay::oauth {

struct p256_lane {
    bytes32 x, y;    // Q, a point of the curve
    bytes32 u1, u2;  // below the group's order
    bytes32 r;       // from 1 to the order - 1
};

struct p256_answer {
    unsigned equal = 0;      // bit i: the x coordinate of lane i is r mod the group's order
    unsigned undecided = 0;  // bit i: these formulas cannot tell; no honest signature is such a case
};

// Each processor with has_ifma(), 1 to 8 lanes.
[[nodiscard]] p256_answer compare_x(std::span<const p256_lane> all);

}  // namespace assay::oauth
