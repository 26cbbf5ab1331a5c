// The lower bound for our verification: OpenSSL alone on the same bytes, everything prepared, nothing parsed. Not
// thread-safe: one object per thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "oauth/jwk.hpp"

namespace assay::bench {

// Verifies `signature` once per call: EVP_PKEY_verify on a precomputed digest (RS256, PS256, ES256), EVP_DigestVerify
// (EdDSA), a reused EVP_MAC (HS256, keyed with `secret`). Empty when OpenSSL refuses the set-up.
[[nodiscard]] std::function<bool()> raw_verifier(oauth::jws_alg alg, const oauth::jwk& key, std::string_view secret,
                                                 std::string_view signing_input, std::string_view signature);

}  // namespace assay::bench
