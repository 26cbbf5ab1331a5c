#include "oauth/signer.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "oauth/evp_signature.hpp"
#include "oauth/ifma.hpp"
#include "oauth/sha256.hpp"

namespace assay::oauth {
namespace {

const unsigned char* bytes_of(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}
unsigned char* bytes_of(std::string& s) {
    return reinterpret_cast<unsigned char*>(s.data());
}

// Fetched once: EVP_sha256() would look up the implementation for every signature.
const EVP_MD* sha256_md() {
    static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return md;
}

// RFC 7518 §3.5: MGF1 with SHA-256, and a salt of exactly the length of the hash.
bool set_pss(EVP_PKEY_CTX* ctx) {
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, sha256_md()) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
}

using setup = bool (*)(EVP_PKEY_CTX*);

evp_pkey_ctx context(EVP_PKEY* key, int (*init)(EVP_PKEY_CTX*), setup more) {
    evp_pkey_ctx ctx(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (!ctx || init(ctx.get()) != 1) return nullptr;
    if (!more(ctx.get()) || EVP_PKEY_CTX_set_signature_md(ctx.get(), sha256_md()) != 1) return nullptr;
    return ctx;
}

bool set_pkcs1(EVP_PKEY_CTX* ctx) {
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1;
}

}  // namespace

prepared_key::rsa::rsa(EVP_PKEY* key)
    : pkcs1(key),
      pkcs1_verify(context(key, EVP_PKEY_verify_init, set_pkcs1)),
      pss_verify(context(key, EVP_PKEY_verify_init, set_pss)),
      signature_bytes(static_cast<std::size_t>(EVP_PKEY_get_size(key))) {}

prepared_key::prepared_key(EVP_PKEY* key, bool is_private)
    : key_(key), is_private_(is_private), curve_(curve_of(key)) {
    const auto sign = [&](setup more) { return is_private ? context(key, EVP_PKEY_sign_init, more) : nullptr; };
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        rsa_.emplace(key);
        pkcs1_sign_ = sign(set_pkcs1);
        pss_sign_ = sign(set_pss);
    } else if (curve_ == "P-256") {
        ec_.emplace(key);
        if (is_private) ecdsa_sign_.emplace(key);
    } else if (curve_ == "Ed25519") {
        ed_.emplace(public_point(key));
        if (is_private) {
            eddsa_sign_.reset(EVP_MD_CTX_new());
            if (EVP_DigestSignInit_ex(eddsa_sign_.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr) != 1)
                eddsa_sign_.reset();
        }
    }
    ERR_clear_error();
}

bool prepared_key::can(jws_alg alg) const {
    const auto& row = row_of(alg);
    switch (row.kind) {
        case jws_kind::rsa_pkcs1:
        case jws_kind::rsa_pss:
            return rsa_.has_value();
        case jws_kind::ecdsa:
        case jws_kind::eddsa:
            return row.curve == curve_;
        case jws_kind::none:
        case jws_kind::hmac:
            return false;
    }
    return false;
}

std::string prepared_key::sign_message(std::string_view input) const {
    const evp_md_ctx work(eddsa_sign_ ? EVP_MD_CTX_new() : nullptr);
    std::string out(64, '\0');
    auto size = out.size();
    if (!work || EVP_MD_CTX_copy_ex(work.get(), eddsa_sign_.get()) != 1 ||
        EVP_DigestSign(work.get(), bytes_of(out), &size, bytes_of(input), input.size()) != 1) {
        ERR_clear_error();
        return {};
    }
    return out;
}

std::string prepared_key::sign_rs256_or_ps256(const evp_pkey_ctx& ready, std::string_view input) const {
    const auto digest = sha256_of(input);
    const evp_pkey_ctx work(ready ? EVP_PKEY_CTX_dup(ready.get()) : nullptr);
    std::string out(rsa_->signature_bytes, '\0');
    auto size = out.size();
    if (!work || EVP_PKEY_sign(work.get(), bytes_of(out), &size, digest.data(), digest.size()) != 1) size = 0;
    if (size == 0) ERR_clear_error();
    out.resize(size);
    return out;
}

std::string prepared_key::sign(jws_alg alg, std::string_view input) const {
    if (!is_private_ || !can(alg)) return {};
    const auto& row = row_of(alg);
    if (row.kind == jws_kind::eddsa) return sign_message(input);
    if (alg == jws_alg::ES256) return ecdsa_sign_ ? ecdsa_sign_->sign(sha256_of(input)) : std::string();
    if (alg == jws_alg::RS256) return sign_rs256_or_ps256(pkcs1_sign_, input);
    if (alg == jws_alg::PS256) return sign_rs256_or_ps256(pss_sign_, input);
    return evp_sign(key_, row, input);
}

bool prepared_key::verify_rsa(jws_alg alg, std::string_view input, std::string_view signature) const {
    if (signature.size() != rsa_->signature_bytes) return false;
    const auto digest = sha256_of(input);
    if (alg == jws_alg::RS256 && rsa_->pkcs1.usable()) return rsa_->pkcs1.verify(digest, signature);
    const auto& ready = alg == jws_alg::RS256 ? rsa_->pkcs1_verify : rsa_->pss_verify;
    const evp_pkey_ctx work(ready ? EVP_PKEY_CTX_dup(ready.get()) : nullptr);
    return work &&
           EVP_PKEY_verify(work.get(), bytes_of(signature), signature.size(), digest.data(), digest.size()) == 1;
}

const rs256_verifier* prepared_key::rs256() const {
    return rsa_ && rsa_->pkcs1.limbs() != 0 ? &rsa_->pkcs1 : nullptr;
}

const es256_verifier* prepared_key::es256() const {
    return ec_ && has_ifma() ? &*ec_ : nullptr;
}

const ed25519_verifier* prepared_key::ed25519() const {
    return ed_ && has_ifma() ? &*ed_ : nullptr;
}

bool prepared_key::verify(jws_alg alg, std::string_view input, std::string_view signature) const {
    if (!can(alg)) return false;
    bool ok = false;
    const auto& row = row_of(alg);
    if (row.kind == jws_kind::eddsa) {
        ok = ed_->verify(input, signature);
    } else if (row.hash_bits != 256) {
        ok = evp_verify(key_, row, input, signature);
    } else if (alg == jws_alg::ES256) {
        ok = ec_->verify(sha256_of(input), signature);
    } else {
        ok = verify_rsa(alg, input, signature);
    }
    // A refused signature leaves entries in this thread's error queue, which nothing reads.
    if (!ok) ERR_clear_error();
    return ok;
}

}  // namespace assay::oauth
