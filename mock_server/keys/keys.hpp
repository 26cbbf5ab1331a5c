// The development keys that ship with the binary. Published on purpose: anyone can sign with them, so they are for
// loopback and tests only. Parsed once, then constant. Thread-safe.
#pragma once

#include <string_view>

#include "oauth/jwk.hpp"

namespace assay::mock {

// "RS256", "PS256", "ES256" or "EdDSA", under the dialect's kid; after n rotations under "kid-(n+1)", from a pool of
// three keys that come round again.
[[nodiscard]] const oauth::jwk& development_key(std::string_view alg, std::string_view kid, unsigned rotations = 0);
// A key of the same type that no JWK Set publishes: what `id_token_other_key` signs with.
[[nodiscard]] const oauth::jwk& unpublished_key();
// The RSA key that a rotation brings, kid "assay-rs256-2".
[[nodiscard]] const oauth::jwk& second_key();
// The same of P-256, kid "assay-es256-2".
[[nodiscard]] const oauth::jwk& second_es256_key();
// The PEM of that name in the binary, "keys/rsa-1024.pem".
[[nodiscard]] std::string_view key_file(std::string_view name);

}  // namespace assay::mock
