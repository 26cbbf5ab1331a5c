// ECDSA on P-256 with SHA-256 (RFC 7518 §3.4, FIPS 186-4 §6.4) for one private key. The part of a signature that does
// not depend on the message (a secret nonce k, the x of k*G and the inverse of k) is precomputed for several
// signatures at once, so that they share the two modular inversions: that halves the time of a signature. Each nonce
// is used once, by one thread. Arithmetic on secrets is OpenSSL's (fixed-base product, Montgomery products), the
// inversion of k is blinded. Made for test keys. Only for oauth/*.cpp. Thread-safe, no lock.
#pragma once

#include <string>

#include "oauth/evp.hpp"
#include "oauth/sha256.hpp"

namespace assay::oauth {

class es256_signer {
public:
    // `key` must have a private part; the caller keeps ownership.
    explicit es256_signer(const EVP_PKEY* key);

    [[nodiscard]] bool usable() const { return secret_ != nullptr; }
    // r||s of 32 raw bytes each; empty when the system has no random bytes.
    [[nodiscard]] std::string sign(const sha256_digest& digest) const;

private:
    std::unique_ptr<BIGNUM, freed_by<BN_clear_free>> secret_;  // d in Montgomery form
};

}  // namespace assay::oauth
