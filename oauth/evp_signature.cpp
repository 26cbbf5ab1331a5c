#include "oauth/evp_signature.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

namespace assay::oauth {
namespace {

const unsigned char* octets(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

const char* hash_of(const jws_alg_row& row) {
    return row.hash_bits == 256 ? "SHA256" : row.hash_bits == 384 ? "SHA384" : "SHA512";
}

// RFC 7518 §3.5: MGF1 with the same hash, which is OpenSSL's default, and a salt of exactly its length.
bool set_padding(EVP_PKEY_CTX* ctx, jws_kind kind) {
    if (kind != jws_kind::rsa_pss) return true;
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

std::string evp_sign(EVP_PKEY* key, const jws_alg_row& row, std::string_view input) {
    const evp_md_ctx work(EVP_MD_CTX_new());
    EVP_PKEY_CTX* ctx = nullptr;  // belongs to `work`
    std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
    auto size = out.size();
    if (!work || EVP_DigestSignInit_ex(work.get(), &ctx, hash_of(row), nullptr, nullptr, key, nullptr) != 1 ||
        !set_padding(ctx, row.kind) ||
        EVP_DigestSign(work.get(), reinterpret_cast<unsigned char*>(out.data()), &size, octets(input),
                       input.size()) != 1) {
        ERR_clear_error();
        return {};
    }
    out.resize(size);
    return row.kind == jws_kind::ecdsa ? raw_from_der(out, field_of(row.curve)) : out;
}

bool evp_verify(EVP_PKEY* key, const jws_alg_row& row, std::string_view input, std::string_view signature) {
    std::string der;
    if (row.kind == jws_kind::ecdsa) {
        if (signature.size() != 2 * field_of(row.curve)) return false;
        der = der_from_raw(signature);
        signature = der;
    } else if (signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key))) {
        return false;  // OpenSSL takes a signature without its leading zero bytes; RFC 8017 §8.2.2 does not
    }
    const evp_md_ctx work(EVP_MD_CTX_new());
    EVP_PKEY_CTX* ctx = nullptr;
    const bool ok =
        work && EVP_DigestVerifyInit_ex(work.get(), &ctx, hash_of(row), nullptr, nullptr, key, nullptr) == 1 &&
        set_padding(ctx, row.kind) &&
        EVP_DigestVerify(work.get(), octets(signature), signature.size(), octets(input), input.size()) == 1;
    if (!ok) ERR_clear_error();
    return ok;
}

}  // namespace assay::oauth
