// A key prepared once: contexts are set up in the constructor and duplicated for each call, so that no call fetches
// an algorithm and no two threads use the same context. Only for oauth/*.cpp. Immutable after construction;
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "oauth/ed25519_verify.hpp"
#include "oauth/es256_sign.hpp"
#include "oauth/es256_verify.hpp"
#include "oauth/evp.hpp"
#include "oauth/jwk.hpp"
#include "oauth/rs256_verify.hpp"

namespace assay::oauth {

// Every asymmetric algorithm of jws_alg_rows on one key. RS256, PS256, ES256 and Ed25519 are prepared; the others go
// through OpenSSL for each call.
class prepared_key {
public:
    // The caller keeps ownership of `key`, which must live as long.
    prepared_key(EVP_PKEY* key, bool is_private);

    // True when the key's type fits `alg`.
    [[nodiscard]] bool can(jws_alg alg) const;
    // Raw signature bytes, or empty when the key has no private part or cannot do `alg`.
    [[nodiscard]] std::string sign(jws_alg alg, std::string_view input) const;
    [[nodiscard]] bool verify(jws_alg alg, std::string_view input, std::string_view signature) const;
    // For verifying several together (signature_batch.hpp); nullptr: verify() one by one.
    [[nodiscard]] const rs256_verifier* rs256() const;
    [[nodiscard]] const es256_verifier* es256() const;
    [[nodiscard]] const ed25519_verifier* ed25519() const;

private:
    // `ready`: pkcs1_sign_ or pss_sign_.
    [[nodiscard]] std::string sign_rs256_or_ps256(const evp_pkey_ctx& ready, std::string_view input) const;
    [[nodiscard]] std::string sign_message(std::string_view input) const;
    [[nodiscard]] bool verify_rsa(jws_alg alg, std::string_view input, std::string_view signature) const;

    EVP_PKEY* key_;
    bool is_private_;
    std::string_view curve_;
    struct rsa {
        explicit rsa(EVP_PKEY* key);
        rs256_verifier pkcs1;
        evp_pkey_ctx pkcs1_verify;  // for exponents other than 65537
        evp_pkey_ctx pss_verify;
        std::size_t signature_bytes;  // the length of the modulus
    };
    std::optional<rsa> rsa_;
    std::optional<es256_verifier> ec_;
    std::optional<ed25519_verifier> ed_;
    evp_pkey_ctx pkcs1_sign_;
    evp_pkey_ctx pss_sign_;
    std::optional<es256_signer> ecdsa_sign_;
    evp_md_ctx eddsa_sign_;
};

}  // namespace assay::oauth
