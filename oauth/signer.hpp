// A key made ready once: contexts are set up in the constructor and duplicated for each call, so that no call pays
// for fetching an algorithm and no two threads touch the same context. Only for oauth/*.cpp. Immutable after
// construction; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "oauth/evp.hpp"
#include "oauth/jwk.hpp"

namespace assay::oauth {

// RS256, PS256, ES256 and EdDSA on one asymmetric key.
class prepared_key {
public:
    // `key` stays the caller's.
    prepared_key(EVP_PKEY* key, bool is_private);

    // The key's type can do `alg` at all.
    [[nodiscard]] bool can(jws_alg alg) const;
    // Raw signature bytes, or empty when the key has no private part or cannot do `alg`.
    [[nodiscard]] std::string sign(jws_alg alg, std::string_view input) const;
    [[nodiscard]] bool verify(jws_alg alg, std::string_view input, std::string_view signature) const;

private:
    struct pair {
        evp_pkey_ctx verify;
        evp_pkey_ctx sign;
    };
    [[nodiscard]] const pair* prehashed(jws_alg alg) const;
    [[nodiscard]] std::string sign_message(std::string_view input) const;

    pair pkcs1_;
    pair pss_;
    pair ecdsa_;
    evp_md_ctx eddsa_verify_;
    evp_md_ctx eddsa_sign_;
    std::size_t signature_bytes_ = 0;  // RSA: the length of the modulus
};

}  // namespace assay::oauth
