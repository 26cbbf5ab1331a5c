// JWT verification as a library to embed in a gateway or a load generator: the keys of a JWK Set are prepared once, a
// header is parsed once for all tokens that have it, claims are read without a tree, and each algorithm has its fast
// implementation (rs256_verify.hpp, es256_verify.hpp, ed25519_verify.hpp, sha256.hpp).
//
//     const verifier v(*parse_jwks(document), {.iss = "https://issuer.example", .audience = "client-1"});
// claims who;                                    // one per thread, reused for every token
//     if (auto ok = v.verify(token, now, who); !ok) log(ok.error().message);
//     else greet(*who.text("sub"));
//
// A call allocates only to grow `who` and to explain a refusal. `now` is in seconds since the epoch: this room never
// reads a clock. Thread-safe without a lock: any number of threads may share one verifier.
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
    std::string iss;       // the required `iss`; empty: not checked
    std::string audience;  // what `aud` must be or contain; empty: not checked
    std::vector<jws_alg> accepted = asymmetric_algs();
    std::int64_t leeway = 0;                   // seconds, for exp, nbf and iat
    std::size_t token_bytes_max = 64U << 10U;  // longer tokens are refused unread
};

// The outcome of one token of a batch.
struct verdict {
    claims who;
    std::optional<error> refused;  // nullopt: verified
};

class verifier {
public:
    // Every key of the set that fits, as jwks::candidates() chooses. oct keys of a published set are never
    // used.
    verifier(jwks keys, verifier_options options);
    // One key, which may be a shared secret (HS256 must then be among the accepted algorithms).
    verifier(jwk key, verifier_options options);
    ~verifier();
    verifier(const verifier&) = delete;
    verifier& operator=(const verifier&) = delete;

    // Checks the signature, then: no duplicate names, iss, aud, exp (required, RFC 7519 §4.1.4), nbf and iat
    // (numbers, not in the future). Errors: malformed, limit, unsupported (crit), crypto (alg, key, signature, or a
    // claim named by error::where). After an error `who` must not be trusted.
    [[nodiscard]] result<void> verify(std::string_view token, std::int64_t now, claims& who) const;

    // Verifies all tokens on that many threads (0: one per core); out[i] belongs to tokens[i], and its memory is
    // reused. Stops at the smaller of the two lengths. Signatures are verified together (signature_batch.hpp),
    // several times as fast as one by one on a processor with AVX-512 IFMA.
    void verify_all(std::span<const std::string_view> tokens, std::int64_t now, std::span<verdict> out,
                    unsigned threads = 0) const;

private:
    struct header;
    struct opened;
    [[nodiscard]] const header* known(std::string_view encoded) const;
    void remember(std::unique_ptr<const header> h) const;
    [[nodiscard]] result<std::unique_ptr<const header>> read_header(std::string_view token,
                                                                    std::string_view encoded) const;
    [[nodiscard]] result<void> open(std::string_view token, opened& out) const;
    [[nodiscard]] result<void> accept(opened& token, std::int64_t now, claims& who) const;
    void verify_portion(std::span<const std::string_view> tokens, std::int64_t now, std::span<verdict> out,
                        std::span<opened> work) const;
    [[nodiscard]] result<void> judge(const claims& who, std::int64_t now) const;

    verifier_options options_;
    std::optional<jwk> single_;
    jwks keys_;
    // Cached headers by a hash of their text. A slot is written once and never replaced, so that readers need no
    // lock. Only headers of verified tokens are stored, so an attacker cannot fill the cache.
    static constexpr std::size_t slots = 64;
    mutable std::array<std::atomic<const header*>, slots> headers_{};
};

}  // namespace assay::oauth
