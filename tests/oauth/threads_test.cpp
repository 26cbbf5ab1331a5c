// One key, many threads: signing and verifying share no mutable state.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "oauth/es256_verify.hpp"
#include "oauth/jwt.hpp"
#include "oauth/verifier.hpp"
#include "tests/oauth/vectors.hpp"

namespace assay::oauth {
namespace {

TEST(jwk_threads, verify_and_sign_at_once) {
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (const auto& [alg_text, key_text, token] : vectors::foreign_tokens) {
        const auto key = jwk::from_json(json::parse(key_text).value_or(json::value()));
        const auto parts = parse_jws(token);
        ASSERT_TRUE(key && parts);
        const auto alg = *parse_alg(alg_text);
        for (int t = 0; t < 2; ++t) {
            threads.emplace_back([&wrong, key = *key, parts = *parts, alg] {
                for (int i = 0; i < 20; ++i) {
                    if (!key.verify(alg, parts.signing_input, parts.signature)) ++wrong;
                    if (key.verify(alg, parts.signing_input + "x", parts.signature)) ++wrong;
                    if (!key.verify(alg, "m", key.sign(alg, "m").value_or(""))) ++wrong;
                }
            });
        }
    }
    for (auto& t : threads) t.join();
    EXPECT_EQ(wrong, 0);
}

// One thread builds the table while others verify; the first one caches the header.
TEST(verifier_threads, one_verifier_for_all) {
    jwks set;
    set.keys = {*jwk::from_json(json::parse(vectors::ec_key).value_or(json::value())),
                *jwk::from_json(json::parse(vectors::okp_key).value_or(json::value()))};
    verifier_options options;
    options.audience = "client-1";
    const verifier v(set, options);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            claims who;
            for (std::uint32_t i = 0; i < es256_verifier::table_after / 3; ++i) {
                if (!v.verify(vectors::go_es256, 1767225700, who) || who.text("sub") != "user-1") ++wrong;
                if (i % 16 == 0 && !v.verify(vectors::go_eddsa, 1767225700, who)) ++wrong;
                if (v.verify(vectors::go_rs256, 1767225700, who)) ++wrong;
            }
        });
    }
    for (auto& t : threads) t.join();
    EXPECT_EQ(wrong, 0);
}

// What only batches need of a key is computed by the thread whose batch comes first.
TEST(verifier_threads, batches_at_once) {
    jwks set;
    std::vector<std::string> texts;
    for (const auto alg : {jws_alg::RS256, jws_alg::ES256, jws_alg::EdDSA}) {
        set.keys.push_back(*jwk::generate(alg, std::string(alg_name(alg))));
        for (int i = 0; i < 100; ++i)
            texts.push_back(*sign_jwt({{"sub", std::to_string(i)}, {"exp", 1767225700}}, alg, set.keys.back()));
    }
    const std::vector<std::string_view> tokens(texts.begin(), texts.end());
    const verifier v(std::move(set), {});
    std::vector<verdict> verdicts(tokens.size());
    v.verify_all(tokens, 1767225600, verdicts, 4);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        EXPECT_FALSE(verdicts[i].refused) << i;
        EXPECT_EQ(verdicts[i].who.text("sub"), std::to_string(i % 100));
    }
}

}  // namespace
}  // namespace assay::oauth
