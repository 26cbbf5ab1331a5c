// ECDSA on P-256 with SHA-256 (RFC 7518 §3.4, FIPS 186-4 §6.4) for one key. After enough signatures a table of
// multiples of the key's point is built, as the curve has one for its generator: both halves of a verification are
// then fixed-base products, and a verification takes half the time. Up to eight are verified together where the
// processor can (p256_lanes.hpp), without a table. Only for oauth/*.cpp. Thread-safe, no lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "oauth/evp.hpp"
#include "oauth/p256_lanes.hpp"
#include "oauth/sha256.hpp"

namespace assay::oauth {

class es256_verifier {
public:
    // The caller keeps ownership of `key`.
    explicit es256_verifier(EVP_PKEY* key);
    ~es256_verifier();
    es256_verifier(const es256_verifier&) = delete;
    es256_verifier& operator=(const es256_verifier&) = delete;

    // `signature`: r||s of 32 raw bytes each.
    [[nodiscard]] bool verify(const sha256_digest& digest, std::string_view signature) const;
    // Builds the table now (about 30 ms and 150 KiB) instead of after `table_after` signatures.
    void build_table() const;

    struct check {
        const es256_verifier* key;
        sha256_digest digest;
        std::string_view signature;
        bool good = false;
    };
    // Sets `good` of at most eight checks as verify() would. Only with has_ifma().
    static void verify_together(std::span<check> checks);

    // A table pays off after about as many verifications as it costs to build.
    static constexpr std::uint32_t table_after = 600;

private:
    struct table;
    [[nodiscard]] bool verify_plainly(const sha256_digest& digest, std::string_view signature) const;

    evp_pkey_ctx plain_;  // set up once, duplicated for each call
    EVP_PKEY* key_;
    bytes32 x_{}, y_{};
    mutable std::atomic<std::uint32_t> seen_{0};
    mutable std::atomic<const table*> table_{nullptr};
};

}  // namespace assay::oauth
