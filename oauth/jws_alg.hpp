// JWS algorithms (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2): one row for each, with its key type, its hash and its
// curve. Thread-safe: constants.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::oauth {

// `none` parses, makes an empty signature and never verifies. EdDSA and Ed25519 are two names of one signature: the
// first leaves the curve to the key, the second is fully specified (RFC 9864 §2.2).
enum class jws_alg { none, HS256, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519 };

enum class jws_kind { none, hmac, rsa_pkcs1, rsa_pss, ecdsa, eddsa };

struct jws_alg_row {
    jws_alg alg;
    std::string_view name;
    jws_kind kind;
    int hash_bits;                // of SHA-2; Ed25519 hashes with SHA-512 (RFC 8032 §5.1)
    std::string_view curve = {};  // the crv of its keys; empty: not of a curve
};
inline constexpr std::array<jws_alg_row, 13> jws_alg_rows{{
    {jws_alg::none, "none", jws_kind::none, 256},
    {jws_alg::HS256, "HS256", jws_kind::hmac, 256},
    {jws_alg::RS256, "RS256", jws_kind::rsa_pkcs1, 256},
    {jws_alg::RS384, "RS384", jws_kind::rsa_pkcs1, 384},
    {jws_alg::RS512, "RS512", jws_kind::rsa_pkcs1, 512},
    {jws_alg::PS256, "PS256", jws_kind::rsa_pss, 256},
    {jws_alg::PS384, "PS384", jws_kind::rsa_pss, 384},
    {jws_alg::PS512, "PS512", jws_kind::rsa_pss, 512},
    {jws_alg::ES256, "ES256", jws_kind::ecdsa, 256, "P-256"},
    {jws_alg::ES384, "ES384", jws_kind::ecdsa, 384, "P-384"},
    {jws_alg::ES512, "ES512", jws_kind::ecdsa, 512, "P-521"},
    {jws_alg::EdDSA, "EdDSA", jws_kind::eddsa, 512, "Ed25519"},
    {jws_alg::Ed25519, "Ed25519", jws_kind::eddsa, 512, "Ed25519"},
}};

[[nodiscard]] constexpr const jws_alg_row& row_of(jws_alg alg) {
    return jws_alg_rows[static_cast<std::size_t>(alg)];
}
[[nodiscard]] constexpr std::string_view alg_name(jws_alg alg) {
    return row_of(alg).name;
}
[[nodiscard]] std::optional<jws_alg> parse_alg(std::string_view name);  // case-sensitive

// All that sign with a private key and verify with a published one, in the order of the rows; and their names.
[[nodiscard]] const std::vector<jws_alg>& asymmetric_algs();
[[nodiscard]] const std::vector<std::string>& asymmetric_alg_names();

}  // namespace assay::oauth
