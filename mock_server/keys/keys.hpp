// The development keys in the binary. They are published on purpose: anyone can sign with them, so they are only for
// loopback and tests. Parsed once, then constant; what is kept does not grow with kids. Thread-safe.
#pragma once

#include <array>
#include <string_view>

#include "oauth/jwk.hpp"

namespace assay::mock {

inline constexpr int rsa_bits_default = 2048;
inline constexpr std::array<int, 3> rsa_sizes{rsa_bits_default, 3072, 4096};

// `alg`: one of oauth::asymmetric_alg_names(). The kid is the dialect's; after n rotations it is "kid-(n+1)". A pool
// of three keys is used in turn. `rsa_bits`: one of rsa_sizes; other keys have one size.
[[nodiscard]] oauth::jwk development_key(std::string_view alg, std::string_view kid, unsigned rotations = 0,
                                         int rsa_bits = rsa_bits_default);
// A key of the same type that is in no JWK Set: `id_token_other_key` signs with it.
[[nodiscard]] oauth::jwk unpublished_key();
// The RSA key after a rotation, kid "assay-rs256-2".
[[nodiscard]] oauth::jwk second_key();
// The P-256 key after a rotation, kid "assay-es256-2".
[[nodiscard]] oauth::jwk second_es256_key();
// The PEM file of that name in the binary, such as "keys/rsa-1024.pem".
[[nodiscard]] std::string_view key_file(std::string_view name);

}  // namespace assay::mock
