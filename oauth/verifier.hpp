// JWT verification as a library to embed in a gateway or a load generator: keys prepared once for a JWK Set, a header
// taken apart once for all tokens that bear it, claims read without a tree, the fast way of each algorithm
// (rs256_verify.hpp, es256_verify.hpp, ed25519_verify.hpp, sha256.hpp).
//
//     const verifier v(*parse_jwks(document), {.iss = "https://issuer.example", .audience = "client-1"});
//     claims who;                                    // one a thread, used again for every token
//     if (auto ok = v.verify(token, now, who); !ok) log(ok.error().message);
//     else greet(*who.text("sub"));
//
// No call allocates but to grow `who` and to say why a token is refused. `now` is in seconds since the epoch: there
// is no clock in this room. Thread-safe without a lock: any number of threads verify on one verifier.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "oauth/claims.hpp"
#include "oauth/jwk.hpp"

namespace assay::oauth {

struct verifier_options {
    std::string iss;       // what `iss` must be; empty: not looked at
    std::string audience;  // what `aud` must be or hold; empty: not looked at
    std::vector<jws_alg> accepted{jws_alg::RS256, jws_alg::PS256, jws_alg::ES256, jws_alg::EdDSA};
    std::int64_t leeway = 0;                   // seconds, for exp, nbf and iat
    std::size_t token_bytes_max = 64U << 10U;  // above: refused unread
};

// What became of one token of a batch.
struct verdict {
    claims who;
    std::optional<error> refused;  // nullopt: verified
};

class verifier {
public:
    // Every key of the set that fits, as jwks::candidates() chooses. An oct key is never looked for in a published
    // set.
    verifier(jwks keys, verifier_options options);
    // One key, a shared secret too (HS256 must then be among the accepted algorithms).
    verifier(jwk key, verifier_options options);
    ~verifier();
    verifier(const verifier&) = delete;
    verifier& operator=(const verifier&) = delete;

    // The signature; then no name twice, iss, aud, exp (required, RFC 7519 §4.1.4), nbf and iat (numbers, not in the
    // future). Errors: malformed, limit, unsupported (crit), crypto (alg, key, signature, a claim that does not hold,
    // named by error::where). After an error `who` says nothing that can be trusted.
    [[nodiscard]] result<void> verify(std::string_view token, std::int64_t now, claims& who) const;

    // All tokens, on that many threads (0: one a core); out[i] belongs to tokens[i], and is reused. At most the
    // smaller of the two lengths.
    void verify_all(std::span<const std::string_view> tokens, std::int64_t now, std::span<verdict> out,
                    unsigned threads = 0) const;

private:
    struct header;
    [[nodiscard]] const header* known(std::string_view encoded) const;
    void remember(std::unique_ptr<const header> h) const;
    [[nodiscard]] result<std::unique_ptr<const header>> read_header(std::string_view token,
                                                                    std::string_view encoded) const;
    [[nodiscard]] result<void> judge(const claims& who, std::int64_t now) const;

    verifier_options options_;
    std::optional<jwk> single_;
    jwks keys_;
    // Headers by a hash of their text. A slot is written once and holds until the end, so that readers need no lock;
    // only headers of tokens that verified come in, so a stranger cannot fill it.
    static constexpr std::size_t slots = 64;
    mutable std::array<std::atomic<const header*>, slots> headers_{};
};

}  // namespace assay::oauth
