// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2) for the exponent 65537, with the exponentiation written out:
// sixteen Montgomery squarings and two products, and a comparison with the only valid block. It avoids the overhead
// of EVP_PKEY_verify. Up to eight are verified together where the processor can (rsa_lanes.hpp). Only for
// oauth/*.cpp. Thread-safe, no lock after the first batch.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include <openssl/bn.h>

#include "oauth/evp.hpp"
#include "oauth/rsa_lanes.hpp"
#include "oauth/sha256.hpp"

namespace assay::oauth {

class rs256_verifier {
public:
    explicit rs256_verifier(const EVP_PKEY* key);

    // True when the key's exponent is 65537; EVP verifies with other exponents.
    [[nodiscard]] bool usable() const { return montgomery_ != nullptr; }
    // `signature`: raw bytes, as many as the modulus has.
    [[nodiscard]] bool verify(const sha256_digest& digest, std::string_view signature) const;

    struct check {
        const rs256_verifier* key;
        sha256_digest digest;
        std::string_view signature;
        bool good = false;
    };
    // Only signatures with the same value here can be verified together; 0: this one only alone.
    [[nodiscard]] std::size_t limbs() const { return for_lanes() != nullptr ? for_lanes()->n.size() : 0; }
    // Sets `good` of at most eight checks as verify() would.
    static void verify_together(std::span<check> checks);

private:
    [[nodiscard]] const rsa_modulus* for_lanes() const;
    [[nodiscard]] bool in_range(std::string_view signature) const;

    std::string modulus_bytes_;  // big-endian; empty: not usable
    // Computed when a batch needs it first: most keys verify a few signatures.
    mutable std::once_flag once_;
    mutable std::unique_ptr<const rsa_modulus> lanes_;
    std::unique_ptr<BIGNUM, freed_by<BN_free>> modulus_;
    std::unique_ptr<BN_MONT_CTX, freed_by<BN_MONT_CTX_free>> montgomery_;
    // Removes the factor R^-65536 that the squarings and the product of plain numbers leave.
    std::unique_ptr<BIGNUM, freed_by<BN_free>> correction_;
    std::string block_;  // EMSA-PKCS1-v1_5 (RFC 8017 §9.2) up to the digest
};

}  // namespace assay::oauth
