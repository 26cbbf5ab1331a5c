// JSON Web Keys (RFC 7517), prepared once for signing or verifying (RFC 7518, RFC 8037). A key is immutable after
// construction; sign() and verify() are thread-safe and take no lock across threads.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "oauth/jws_alg.hpp"

namespace assay::oauth {

class prepared_key;
struct signature_check;

// One key, public or private. Shapes: RSA, EC on P-256, P-384 or P-521, OKP Ed25519, oct.
class jwk {
public:
    // From a JSON Web Key; private members are used when present. Errors: unsupported (kty, crv), malformed,
    // limit (RSA below 2048 bits: RFC 7518 §3.3; above 8192).
    [[nodiscard]] static result<jwk> from_json(const json::value& document);
    // PKCS#8 or SubjectPublicKeyInfo PEM. Errors: malformed, unsupported, limit.
    [[nodiscard]] static result<jwk> from_pem(std::string_view pem, std::string kid = {});
    // oct: raw secret bytes.
    [[nodiscard]] static jwk from_secret(std::string_view secret, std::string kid = {});
    // A new key for that algorithm (RSA is slow: about 200 ms). Errors: unsupported (none), crypto.
    [[nodiscard]] static result<jwk> generate(jws_alg alg, std::string kid = {});

    // The same key under another kid. Copies share what is prepared, so this costs little.
    [[nodiscard]] jwk named(std::string kid) const;

    [[nodiscard]] const std::string& kid() const;  // empty when absent
    [[nodiscard]] const std::string& kty() const;  // "RSA", "EC", "OKP", "oct"
    [[nodiscard]] const std::string& alg() const;  // the key's own "alg" member, or empty
    [[nodiscard]] const std::string& use() const;  // "sig", "enc" or empty
    [[nodiscard]] bool is_private() const;
    // The algorithm fits the key type (and the key's own alg member, RFC 7517 §4.4).
    [[nodiscard]] bool fits(jws_alg alg) const;

    // key_ops allows verifying (RFC 7517 §4.3); true when the key has no key_ops.
    [[nodiscard]] bool may_verify() const;

    // Public members only, in the order kty, crv/n/e/x/y, kid, use, alg; oct keys give an empty object.
    [[nodiscard]] json::object public_json() const;
    // The public members and d (RFC 7518 §6.2.2), for a client that authenticates with it. Errors: unsupported (not a
    // private EC key).
    [[nodiscard]] result<json::object> private_json() const;
    // SubjectPublicKeyInfo PEM (an algorithm confusion attack uses it as the HS256 secret).
    [[nodiscard]] std::string public_pem() const;
    // base64url SHA-256 thumbprint (RFC 7638).
    [[nodiscard]] std::string thumbprint() const;

    // Raw signature bytes (ECDSA: r||s, 64 bytes for ES256; RFC 7518 §3.4). Errors: crypto (no private part, wrong
    // type).
    [[nodiscard]] result<std::string> sign(jws_alg alg, std::string_view signing_input) const;
    // `signature`: raw bytes. False for a wrong signature, a wrong length, or an alg that does not fit the
    // key.
    [[nodiscard]] bool verify(jws_alg alg, std::string_view signing_input, std::string_view signature) const;

private:
    friend void verify_signatures(std::span<signature_check> all);
    [[nodiscard]] const prepared_key* prepared() const;  // nullptr: oct

    struct impl;
    explicit jwk(std::shared_ptr<const impl> p);
    std::shared_ptr<const impl> impl_;
    std::shared_ptr<const std::string> kid_;  // nullptr: that of impl_
};

// A JWK Set (RFC 7517 §5). Unsupported keys are skipped and counted.
struct jwks {
    std::vector<jwk> keys;
    std::size_t skipped = 0;

    // The keys that may verify a token with this header: kid equal when the token has one, key type and alg fitting,
    // use not "enc", never oct. In document order.
    [[nodiscard]] std::vector<const jwk*> candidates(jws_alg alg, const std::optional<std::string>& kid) const;
};
[[nodiscard]] result<jwks> parse_jwks(const json::value& document);

}  // namespace assay::oauth
