// Ed25519 for eight signatures at once, each under a key of its own (ifma.hpp), without a cofactor, as libsodium
// verifies (ed25519_verify.hpp). Only for oauth/*.cpp. Thread-safe: a plain function.
#pragma once

#include <span>

#include "oauth/ifma.hpp"

namespace assay::oauth {

struct ed25519_lane {
    bytes32 minus_x, y;  // -A, minus the point of the key; in the subgroup of the generator
    bytes32 s, h;        // below the group's order; h: of SHA-512 (RFC 8032 §5.1.7)
    bytes32 r_y;         // R without the sign
    bool r_odd = false;  // its sign
};

// Bit i: s*B - h*A is R in its only encoding, and R is not of small order. Only with has_ifma(); 1 to 8 lanes.
[[nodiscard]] unsigned equal_r(std::span<const ed25519_lane> all);

}  // namespace assay::oauth
