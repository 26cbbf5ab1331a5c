// OpenSSL's key objects with RAII owners, made from the numbers of a JWK. Only for .cpp files: no other header
// includes OpenSSL. Thread-safe: every function makes its own objects.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/evp.h>

#include "data/result.hpp"

namespace assay::oauth {

template <auto free_function>
struct freed_by {
    template <class T>
    void operator()(T* p) const {
        free_function(p);
    }
};
using evp_pkey = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using evp_pkey_ctx = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using evp_md_ctx = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;

// Raw big-endian bytes; d and the members after it are empty for a public key.
struct rsa_numbers {
    std::string n, e;
    std::string d{}, p{}, q{}, dp{}, dq{}, qi{};
};

// Errors: malformed (the numbers do not form a key).
[[nodiscard]] result<evp_pkey> rsa_key(const rsa_numbers& numbers);
// `crv`: P-256, P-384 or P-521 (RFC 7518 §6.2.1.1). x, y and d of field_of(crv) bytes each; d may be empty. Errors:
// unsupported (another curve), malformed (length, not on the curve).
[[nodiscard]] result<evp_pkey> ec_key(std::string_view crv, std::string_view x, std::string_view y,
                                      std::string_view d);
// x of 32 bytes; d of 32 bytes or empty. Errors: malformed.
[[nodiscard]] result<evp_pkey> ed25519_key(std::string_view x, std::string_view d);

// PKCS#8 private or SubjectPublicKeyInfo public; sets `is_private` accordingly. Errors: malformed.
[[nodiscard]] result<evp_pkey> key_from_pem(std::string_view pem, bool& is_private);
[[nodiscard]] std::string pem_of_public(EVP_PKEY* key);
// "n" or "e" of an RSA key: big-endian without leading zero bytes.
[[nodiscard]] std::string rsa_number(const EVP_PKEY* key, std::string_view name);
// The crv of a key, such as "P-256" or "Ed25519"; empty: RSA, or a curve that is not supported.
[[nodiscard]] std::string_view curve_of(const EVP_PKEY* key);
// Bytes of a coordinate on that curve: 32, 48 or 66; 0: not supported.
[[nodiscard]] std::size_t field_of(std::string_view crv);
// x||y of a key on such a curve; the 32 bytes of an Ed25519 key.
[[nodiscard]] std::string public_point(const EVP_PKEY* key);

// Converts r||s of `field` raw bytes each (RFC 7518 §3.4) to OpenSSL's DER and back; empty for input of another
// shape.
[[nodiscard]] std::string der_from_raw(std::string_view raw);
[[nodiscard]] std::string raw_from_der(std::string_view der, std::size_t field = 32);

}  // namespace assay::oauth
