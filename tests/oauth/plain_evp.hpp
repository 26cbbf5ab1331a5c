// Verification with OpenSSL as in its manual, with nothing shared or cached: the reference for every fast
// implementation.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "oauth/jwk.hpp"

namespace assay::oauth::plain {

template <auto free_function>
struct freed {
    template <class T>
    void operator()(T* p) const {
        free_function(p);
    }
};
using pkey = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY_free>>;

inline const unsigned char* bytes_of(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

inline pkey public_key(const jwk& key) {
    const auto pem = key.public_pem();
    const std::unique_ptr<BIO, freed<BIO_free>> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return pkey(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
}

// r||s to DER by OpenSSL's own encoder.
inline std::string der_of(std::string_view raw) {
    if (raw.size() != 64) return {};
    const std::unique_ptr<ECDSA_SIG, freed<ECDSA_SIG_free>> sig(ECDSA_SIG_new());
    ECDSA_SIG_set0(sig.get(), BN_bin2bn(bytes_of(raw), 32, nullptr), BN_bin2bn(bytes_of(raw) + 32, 32, nullptr));
    unsigned char* out = nullptr;
    const int size = i2d_ECDSA_SIG(sig.get(), &out);
    std::string der(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
    OPENSSL_free(out);
    return der;
}

// RS256, PS256, ES256 or EdDSA over the message.
inline bool verify(jws_alg alg, EVP_PKEY* key, std::string_view message, std::string_view signature) {
    const std::unique_ptr<EVP_MD_CTX, freed<EVP_MD_CTX_free>> ctx(EVP_MD_CTX_new());
    EVP_PKEY_CTX* settings = nullptr;
    const auto* md = alg == jws_alg::EdDSA ? nullptr : EVP_sha256();
    const auto der = alg == jws_alg::ES256 ? der_of(signature) : std::string{};
    if (alg == jws_alg::ES256) signature = der;
    bool ok = EVP_DigestVerifyInit(ctx.get(), &settings, md, nullptr, key) == 1;
    if (alg == jws_alg::PS256)
        ok = ok && EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1;
    ok = ok &&
         EVP_DigestVerify(ctx.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
    ERR_clear_error();
    return ok;
}

// ES256 over any digest, not only one of a message.
inline bool verify_digest(EVP_PKEY* key, std::string_view digest, std::string_view signature) {
    const std::unique_ptr<EVP_PKEY_CTX, freed<EVP_PKEY_CTX_free>> ctx(EVP_PKEY_CTX_new(key, nullptr));
    const auto der = der_of(signature);
    const bool ok = EVP_PKEY_verify_init(ctx.get()) == 1 &&
                    EVP_PKEY_verify(ctx.get(), bytes_of(der), der.size(), bytes_of(digest), digest.size()) == 1;
    ERR_clear_error();
    return ok;
}

}  // namespace assay::oauth::plain
