// Ed25519 verification (RFC 8032 §5.1.7) by libsodium, twice as fast as OpenSSL 3.0; up to eight together where the
// processor can (ed25519_lanes.hpp). Stricter in two points that no honest signer meets: it refuses a public key or
// an R of small order, and a public key that is not in canonical form. Only for oauth/*.cpp. Thread-safe, no lock
// after the first batch.
#pragma once

#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "oauth/ed25519_lanes.hpp"

namespace assay::oauth {

// `signature`: 64 raw bytes; `point`: the 32 raw bytes of the public key.
[[nodiscard]] bool verify_ed25519(std::string_view point, std::string_view message, std::string_view signature);

// One key.
class ed25519_verifier {
public:
    explicit ed25519_verifier(std::string point) : point_(std::move(point)) {}

    [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const {
        return verify_ed25519(point_, message, signature);
    }

    struct check {
        const ed25519_verifier* key;
        std::string_view message;
        std::string_view signature;
        bool good = false;
    };
    // Sets `good` of at most eight checks as verify() would. Only with has_ifma().
    static void verify_together(std::span<check> checks);

private:
    struct coordinates {
        bytes32 minus_x{}, y{};
        bool known = false;  // false: no point of the generator's subgroup, which is left to libsodium
    };
    [[nodiscard]] const coordinates& where() const;

    std::string point_;
    // Computed when a batch needs it first: most keys verify a few signatures.
    mutable std::once_flag once_;
    mutable coordinates where_;
};

}  // namespace assay::oauth
