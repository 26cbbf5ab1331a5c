#include "bench/raw_openssl.hpp"

#include <array>
#include <memory>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "oauth/crypto.hpp"

namespace assay::bench {
namespace {

using oauth::jws_alg;

const unsigned char* bytes_of(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

std::shared_ptr<EVP_PKEY> public_key(const oauth::jwk& key) {
    const auto pem = key.public_pem();
    const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                       BIO_free);
    return {PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

std::string der_of(std::string_view raw) {
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> sig(ECDSA_SIG_new(), ECDSA_SIG_free);
    ECDSA_SIG_set0(sig.get(), BN_bin2bn(bytes_of(raw), 32, nullptr), BN_bin2bn(bytes_of(raw) + 32, 32, nullptr));
    unsigned char* out = nullptr;
    const int size = i2d_ECDSA_SIG(sig.get(), &out);
    std::string der(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
    OPENSSL_free(out);
    return der;
}

std::function<bool()> raw_mac(std::string_view secret, std::string_view input, std::string_view signature) {
    const std::shared_ptr<EVP_MAC> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free);
    const std::shared_ptr<EVP_MAC_CTX> ctx(EVP_MAC_CTX_new(mac.get()), EVP_MAC_CTX_free);
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> params{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                           OSSL_PARAM_construct_end()};
    if (EVP_MAC_init(ctx.get(), bytes_of(secret), secret.size(), params.data()) != 1) return {};
    return [ctx, input = std::string(input), signature = std::string(signature)] {
        std::array<unsigned char, 32> out{};
        std::size_t size = 0;
        return EVP_MAC_init(ctx.get(), nullptr, 0, nullptr) == 1 &&
               EVP_MAC_update(ctx.get(), bytes_of(input), input.size()) == 1 &&
               EVP_MAC_final(ctx.get(), out.data(), &size, out.size()) == 1 && size == signature.size() &&
               CRYPTO_memcmp(out.data(), signature.data(), size) == 0;
    };
}

std::function<bool()> raw_message(EVP_PKEY* key, std::string_view input, std::string_view signature) {
    const std::shared_ptr<EVP_MD_CTX> ctx(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (EVP_DigestVerifyInit_ex(ctx.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr) != 1) return {};
    return [ctx, input = std::string(input), signature = std::string(signature)] {
        return EVP_DigestVerifyInit(ctx.get(), nullptr, nullptr, nullptr, nullptr) == 1 &&
               EVP_DigestVerify(ctx.get(), bytes_of(signature), signature.size(), bytes_of(input), input.size()) == 1;
    };
}

}  // namespace

std::function<bool()> raw_verifier(jws_alg alg, const oauth::jwk& key, std::string_view secret,
                                   std::string_view signing_input, std::string_view signature) {
    if (alg == jws_alg::HS256) return raw_mac(secret, signing_input, signature);
    const auto pkey = public_key(key);
    if (!pkey) return {};
    if (alg == jws_alg::EdDSA) return raw_message(pkey.get(), signing_input, signature);
    const std::shared_ptr<EVP_PKEY_CTX> ctx(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey.get(), nullptr),
                                            EVP_PKEY_CTX_free);
    if (EVP_PKEY_verify_init(ctx.get()) != 1) return {};
    if (alg == jws_alg::RS256 && EVP_PKEY_CTX_set_rsa_padding(ctx.get(), RSA_PKCS1_PADDING) != 1) return {};
    if (alg == jws_alg::PS256 && (EVP_PKEY_CTX_set_rsa_padding(ctx.get(), RSA_PKCS1_PSS_PADDING) != 1 ||
                                  EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx.get(), RSA_PSS_SALTLEN_DIGEST) != 1))
        return {};
    if (EVP_PKEY_CTX_set_signature_md(ctx.get(), EVP_sha256()) != 1) return {};
    return [ctx, digest = oauth::sha256(signing_input),
            signature = alg == jws_alg::ES256 ? der_of(signature) : std::string(signature)] {
        return EVP_PKEY_verify(ctx.get(), bytes_of(signature), signature.size(), bytes_of(digest), digest.size()) ==
               1;
    };
}

}  // namespace assay::bench
