// Batches of all algorithms together: each signature is judged as it is alone.
#include <string>
#include <vector>

#include "oauth/jwt.hpp"
#include "oauth/verifier.hpp"
#include "tests/oauth/batches.hpp"
#include "tests/oauth/vectors.hpp"

namespace assay::oauth {
namespace {

const std::vector<jws_alg> every_alg{jws_alg::RS256, jws_alg::PS256, jws_alg::ES256, jws_alg::EdDSA, jws_alg::HS256};

TEST(signature_batch, judges_mixed_signatures_as_alone) {
    std::vector<known_signature> all;
    for (const auto& [alg_text, key_text, token] : vectors::foreign_tokens) {
        const auto alg = *parse_alg(alg_text);
        const auto key = *jwk::from_json(*json::parse(key_text));
        for (int i = 0; i < 20; ++i) {
            const auto input = "message " + std::to_string(i);
            auto signature = *key.sign(alg, input);
            all.push_back({key, alg, input, signature, true, alg_text.data()});
            all.push_back({key, alg, input + "x", signature, false, "another message"});
            signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 4);
            all.push_back({key, alg, input, signature, false, "a wrong bit"});
            all.push_back({key, alg, input, "", false, "no signature"});
            for (const auto other : every_alg) {
                if (!key.fits(other))
                    all.push_back({key, other, input, *key.sign(alg, input), false, "another algorithm"});
            }
        }
    }
    hold_in_batches(all);
    verify_signatures({});
}

// Tokens of two keys and all algorithms, some of them wrong, against verify() of each.
TEST(signature_batch, verify_all_answers_as_verify) {
    jwks set;
    std::vector<std::string> texts;
    constexpr std::int64_t now = 1767225700;
    for (const char* kid : {"a", "b"}) {
        for (const auto alg : {jws_alg::RS256, jws_alg::ES256, jws_alg::EdDSA}) {
            set.keys.push_back(*jwk::generate(alg, kid + std::string(alg_name(alg))));
            for (int i = 0; i < 30; ++i) {
                const json::object claims{{"sub", std::to_string(i)}, {"exp", i % 7 == 3 ? now - 1 : now + 60}};
                auto token = *sign_jwt(claims, alg, set.keys.back());
                if (i % 5 == 1) token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
                if (i % 11 == 5) token.erase(token.rfind('.'));
                texts.push_back(token);
            }
        }
    }
    const std::vector<std::string_view> tokens(texts.begin(), texts.end());
    const verifier v(std::move(set), {});
    for (const unsigned threads : {1U, 3U}) {
        std::vector<verdict> verdicts(tokens.size());
        v.verify_all(tokens, now, verdicts, threads);
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            claims who;
            const auto alone = v.verify(tokens[i], now, who);
            ASSERT_EQ(verdicts[i].refused.has_value(), !alone.has_value()) << i;
            if (!alone) {
                EXPECT_EQ(verdicts[i].refused->text(), alone.error().text());
            } else {
                EXPECT_EQ(verdicts[i].who.text("sub"), who.text("sub"));
            }
        }
    }
}

}  // namespace
}  // namespace assay::oauth
