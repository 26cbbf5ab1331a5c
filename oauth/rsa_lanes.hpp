// The public operation of RSA with the exponent 65537 for eight signatures at once, each under a key of its own
// (ifma.hpp). Only for oauth/*.cpp. Thread-safe: plain functions; a modulus is immutable.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <openssl/bn.h>

#include "oauth/ifma.hpp"

namespace assay::oauth {

struct rsa_modulus {
    std::vector<std::uint64_t> n;           // limbs
    std::vector<std::uint64_t> correction;  // R^65537 mod n, where R = 2^(52 * limbs) is at least 4n
    std::uint64_t minus_inverse = 0;        // -1/n mod 2^52
};

// nullptr: this processor has no IFMA, or the odd number `n` has more than 4096 bits.
[[nodiscard]] std::unique_ptr<const rsa_modulus> lanes_of(const BIGNUM* n);

struct rsa_power {
    const rsa_modulus* modulus;  // the same number of limbs in all lanes
    std::string_view base;       // big-endian, below the modulus
    std::string_view expected;   // big-endian, below the modulus
};

// Bit i: base^65537 mod n is what all[i] expects. For 1 to 8 lanes; only if lanes_of() gave their moduli.
[[nodiscard]] unsigned equal_powers(std::span<const rsa_power> all);

}  // namespace assay::oauth
