// PKCE against RFC 7636 appendix B.
#include "oauth/pkce.hpp"

#include <string>

#include <gtest/gtest.h>

namespace assay::oauth {
namespace {

constexpr std::string_view verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

TEST(pkce, derives_the_challenge_of_the_rfc) {
    EXPECT_EQ(s256_challenge(verifier), challenge);
}

TEST(pkce, matches_by_method) {
    EXPECT_TRUE(challenge_matches("S256", challenge, verifier));
    EXPECT_TRUE(challenge_matches("plain", verifier, verifier));
    EXPECT_FALSE(challenge_matches("plain", challenge, verifier));
    EXPECT_FALSE(challenge_matches("S256", verifier, verifier));
    for (const std::string_view method : {"", "s256", "S512", "PLAIN", "none"}) {
        EXPECT_FALSE(challenge_matches(method, challenge, verifier)) << method;
        EXPECT_FALSE(challenge_matches(method, verifier, verifier)) << method;
    }
}

TEST(pkce, a_different_verifier_or_padding_does_not_match) {
    std::string other(verifier);
    other.back() = 'l';
    EXPECT_FALSE(challenge_matches("S256", challenge, other));
    EXPECT_FALSE(challenge_matches("S256", std::string(challenge) + "=", verifier));
    EXPECT_FALSE(challenge_matches("S256", challenge.substr(0, 42), verifier));
}

TEST(pkce, nothing_matches_nothing) {
    EXPECT_FALSE(challenge_matches("plain", "", ""));
    EXPECT_FALSE(challenge_matches("S256", s256_challenge(""), ""));
    EXPECT_FALSE(challenge_matches("S256", "", verifier));
}

TEST(pkce, verifier_shape) {
    EXPECT_TRUE(is_code_verifier(std::string(43, 'a')));
    EXPECT_TRUE(is_code_verifier(std::string(128, '~')));
    EXPECT_TRUE(is_code_verifier(std::string(40, '-') + "._~"));
    EXPECT_FALSE(is_code_verifier(std::string(42, 'a')));
    EXPECT_FALSE(is_code_verifier(std::string(129, 'a')));
    for (const char c : std::string_view("+/= !%\n")) EXPECT_FALSE(is_code_verifier(std::string(42, 'a') + c)) << c;
    EXPECT_FALSE(is_code_verifier(std::string(42, 'a') + "\xc3\xbc"));
}

TEST(pkce, random_verifiers_fit_and_differ) {
    const auto one = random_code_verifier();
    EXPECT_EQ(one.size(), 43U);
    EXPECT_TRUE(is_code_verifier(one));
    EXPECT_NE(one, random_code_verifier());
}

}  // namespace
}  // namespace assay::oauth
