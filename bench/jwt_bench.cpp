// Verification of one ID Token per algorithm: OpenSSL alone on the same bytes, our signature check, and all that a
// client does with a token (parse, find the key, verify, judge the claims).
// Nothing is measured before a forged token was refused: a fast verifier that accepts everything would win.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/raw_openssl.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/jwt.hpp"

namespace assay::bench {
namespace {

using namespace oauth;

constexpr std::int64_t now = 1767225700;

[[noreturn]] void give_up(const std::string& why) {
    std::fputs(("jwt_bench: " + why + "\n").c_str(), stderr);
    std::exit(1);
}

// The size and shape of a provider's ID Token: 14 claims.
json::object claims() {
    return {{"iss", "https://issuer.example"},
            {"sub", "5f0c1a9e-53a1-4d43-9c39-6f1b1a2f9a77"},
            {"aud", json::array{"client-1"}},
            {"exp", std::int64_t{now + 3600}},
            {"iat", now},
            {"auth_time", std::int64_t{now - 5}},
            {"nonce", "n-0S6_WzA2Mj"},
            {"at_hash", "77QmUPtjPfzWtF2AnpK9RQ"},
            {"email", "ada@example.org"},
            {"email_verified", true},
            {"name", "Ada Lovelace"},
            {"given_name", "Ada"},
            {"family_name", "Lovelace"},
            {"locale", "en"}};
}

id_token_expectations expected() {
    id_token_expectations want;
    want.iss = "https://issuer.example";
    want.client_id = "client-1";
    want.nonce = "n-0S6_WzA2Mj";
    want.now = now;
    want.access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    return want;
}

// One algorithm's key, token and the three ways to check it.
class subject {
public:
    explicit subject(jws_alg alg) : alg_(alg), secret_(random_bytes(32)), key_(make_key()) {
        auto other = jwk::generate(alg, "other");
        if (!other) give_up(other.error().text());
        keys_.keys = {*other, key_};
        auto token = sign_jwt(claims(), alg, key_);
        if (!token) give_up(token.error().text());
        token_ = *token;
        parts_ = *parse_jws(token_);
        raw = raw_verifier(alg, key_, secret_, parts_.signing_input, parts_.signature);
        prove();
    }

    [[nodiscard]] bool verify() const { return key_.verify(alg_, parts_.signing_input, parts_.signature); }
    [[nodiscard]] bool full() const { return accepts(token_); }

    std::function<bool()> raw;

private:
    jwk make_key() const {
        if (alg_ == jws_alg::HS256) return jwk::from_secret(secret_, "bench");
        auto key = jwk::generate(alg_, "bench");
        if (!key) give_up(key.error().text());
        return *key;
    }

    [[nodiscard]] bool accepts(std::string_view token) const {
        const auto parts = parse_jws(token);
        if (!parts) return false;
        // A shared secret is never looked for in a published set.
        const auto good =
            alg_ == jws_alg::HS256 ? verify_jws(*parts, key_, accepted_) : verify_jws(*parts, keys_, accepted_);
        if (!good) return false;
        const auto payload = json::parse(parts->payload);
        return payload && payload->is_object() && judge_id_token(*payload->as_object(), want_).empty();
    }

    void prove() const {
        const std::string name(alg_name(alg_));
        if (*parts_.header.find("alg")->as_string() != name) give_up("the token's alg is not " + name);
        if (!raw || !raw() || !verify() || !full()) give_up(name + ": a good token was refused");
        auto signature = parts_.signature;
        signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
        const auto payload = json::format([] {
            auto c = claims();
            c.set("sub", "mallory");
            return c;
        }());
        const auto input =
            parts_.signing_input.substr(0, parts_.signing_input.find('.') + 1) + base64url_encode(payload);
        if (key_.verify(alg_, parts_.signing_input, signature) || key_.verify(alg_, input, parts_.signature))
            give_up(name + ": verify accepted a forgery");
        if (raw_verifier(alg_, key_, secret_, parts_.signing_input, signature)() ||
            raw_verifier(alg_, key_, secret_, input, parts_.signature)())
            give_up(name + ": the raw check accepted a forgery");
        if (accepts(parts_.signing_input + "." + base64url_encode(signature)) ||
            accepts(input + "." + base64url_encode(parts_.signature)))
            give_up(name + ": the full check accepted a forgery");
        auto late = want_;
        late.now = now + 3600;
        if (judge_id_token(claims(), late).empty()) give_up("an expired token was accepted");
    }

    jws_alg alg_;
    std::string secret_;
    jwk key_;
    jwks keys_;
    std::vector<jws_alg> accepted_{alg_};
    id_token_expectations want_ = expected();
    std::string token_;
    jws_parts parts_;
};

template <class Check>
void measure(benchmark::State& state, const Check& check) {
    for (auto _ : state) {
        if (!check()) give_up("a good token was refused while measuring");
    }
    state.SetItemsProcessed(state.iterations());
}

void register_all() {
    for (const auto alg : {jws_alg::RS256, jws_alg::PS256, jws_alg::ES256, jws_alg::EdDSA, jws_alg::HS256}) {
        const auto prefix = "jwt/" + std::string(alg_name(alg));
        // Made when the first of the three runs, so that a filter does not pay for keys it leaves out.
        const auto made = std::make_shared<std::unique_ptr<subject>>();
        const auto add = [&](const char* what, auto check) {
            benchmark::RegisterBenchmark((prefix + what).c_str(), [=](benchmark::State& state) {
                if (!*made) *made = std::make_unique<subject>(alg);
                measure(state, [&s = **made, check] { return check(s); });
            });
        };
        add("/raw", [](const subject& s) { return s.raw(); });
        add("/verify", [](const subject& s) { return s.verify(); });
        add("/full", [](const subject& s) { return s.full(); });
    }
}

const bool registered = (register_all(), true);

}  // namespace
}  // namespace assay::bench
