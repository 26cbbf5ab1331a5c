// DPoP proofs and client assertions: the example of RFC 9449 §4.1 and §7.1, and each possible error.
#include "oauth/dpop.hpp"

#include <gtest/gtest.h>

#include "oauth/client_assertion.hpp"

namespace assay::oauth {
namespace {

// RFC 9449 §4.1, Figure 1.
constexpr std::string_view rfc_proof =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJo"
    "Rj"
    "QyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19."
    "eyJqdGk"
    "iOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTY"
    "yM"
    "jYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

std::string names(const std::vector<claim_finding>& list) {
    std::string out;
    for (const auto& f : list) out += f.claim + " ";
    return out;
}

std::string judged(std::string_view proof, const dpop_expectations& want) {
    const auto p = judge_dpop_proof(proof, want);
    return p ? names(p->findings) : "no proof";
}

const dpop_expectations rfc_request{"POST", "https://server.example.com/token", 1562262616, 60, std::nullopt};

TEST(dpop_proof, the_example_of_the_rfc_holds) {
    const auto p = judge_dpop_proof(rfc_proof, rfc_request);
    ASSERT_TRUE(p) << p.error().text();
    EXPECT_EQ(names(p->findings), "");
    EXPECT_EQ(p->jkt, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");  // RFC 9449 §6.1
    EXPECT_EQ(p->jti, "-BwC3ESc6acc2lTc");
    // RFC 9449 §7.1
    EXPECT_EQ(dpop_ath("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
}

TEST(dpop_proof, names_what_differs_from_the_request) {
    auto want = rfc_request;
    want.htm = "GET";
    EXPECT_EQ(judged(rfc_proof, want), "htm ");
    want = rfc_request;
    want.htu = "https://server.example.com/other";
    EXPECT_EQ(judged(rfc_proof, want), "htu ");
    want = rfc_request;
    want.now += 61;
    EXPECT_EQ(judged(rfc_proof, want), "iat ");
    want = rfc_request;
    want.now -= 61;
    EXPECT_EQ(judged(rfc_proof, want), "iat ");
    want = rfc_request;
    want.access_token = "x";
    EXPECT_EQ(judged(rfc_proof, want), "ath ");
    std::string flipped(rfc_proof);
    flipped[flipped.size() - 10] = flipped[flipped.size() - 10] == 'A' ? 'B' : 'A';
    EXPECT_EQ(judged(flipped, rfc_request), "signature ");
}

TEST(dpop_proof, header_and_claims_are_looked_at_one_by_one) {
    const auto key = jwk::generate(jws_alg::ES256);
    ASSERT_TRUE(key);
    const auto proof = [&](json::object header, jws_alg alg) {
        json::object claims{{"htm", "POST"}, {"htu", rfc_request.htu}, {"iat", rfc_request.now}, {"jti", "1"}};
        return sign_jws(json::format(std::move(header)), json::format(std::move(claims)), alg, *key).value_or("");
    };
    const json::object own = key->public_json();
    json::object with_private = own;
    with_private.append("d", "AAAA");
    EXPECT_EQ(judged(proof({{"typ", "dpop+jwt"}, {"alg", "ES256"}, {"jwk", own}}, jws_alg::ES256), rfc_request), "");
    EXPECT_EQ(judged(proof({{"typ", "JWT"}, {"alg", "ES256"}, {"jwk", own}}, jws_alg::ES256), rfc_request), "typ ");
    EXPECT_EQ(judged(proof({{"typ", "dpop+jwt"}, {"alg", "none"}, {"jwk", own}}, jws_alg::none), rfc_request),
              "alg signature ");
    EXPECT_EQ(
        judged(proof({{"typ", "dpop+jwt"}, {"alg", "ES256"}, {"jwk", with_private}}, jws_alg::ES256), rfc_request),
        "jwk ");
    EXPECT_EQ(judged(proof({{"typ", "dpop+jwt"}, {"alg", "ES256"}}, jws_alg::ES256), rfc_request), "signature ");
}

TEST(dpop_proof, what_is_no_jwt_or_too_long_is_an_error) {
    EXPECT_EQ(judge_dpop_proof("a.b", rfc_request).error().code, errc::malformed);
    EXPECT_EQ(judge_dpop_proof(std::string(20'000, 'a'), rfc_request).error().code, errc::limit);
}

TEST(dpop_htu, is_normalised_as_rfc_3986_says) {
    EXPECT_EQ(normalized_htu("HTTPS://Server.Example.com:443/%7etoken?x=1#y"), "https://server.example.com/~token");
    EXPECT_EQ(normalized_htu("http://a:80"), "http://a/");
    EXPECT_EQ(normalized_htu("http://a:8080/%2f"), "http://a:8080/%2F");
    EXPECT_EQ(normalized_htu("nonsense"), "nonsense");
}

TEST(client_assertion, names_every_claim_that_does_not_hold) {
    client_assertion_expectations want{"web", {"https://as", "https://as/token"}, 1000, 10, 100};
    const auto judge = [&](const json::object& claims) { return names(judge_client_assertion(claims, want)); };
    const json::object good{{"iss", "web"}, {"sub", "web"}, {"aud", "https://as"}, {"exp", 1060}, {"jti", "1"}};
    EXPECT_EQ(judge(good), "");
    const auto with = [&](const std::string& name, json::value v) {
        json::object out = good;
        out.set(name, std::move(v));
        return judge(out);
    };
    EXPECT_EQ(with("aud", json::array{"https://other", "https://as/token"}), "");
    EXPECT_EQ(with("aud", "https://other"), "aud ");
    EXPECT_EQ(with("iss", "other"), "iss ");
    EXPECT_EQ(with("sub", nullptr), "sub ");
    EXPECT_EQ(with("exp", 990), "exp ");
    EXPECT_EQ(with("exp", 991), "") << "the leeway is 10 s";
    EXPECT_EQ(with("exp", "1060"), "exp ");
    EXPECT_EQ(with("nbf", 1010), "");
    EXPECT_EQ(with("nbf", 1011), "nbf ");
    EXPECT_EQ(with("iat", 899), "iat ");
    EXPECT_EQ(with("jti", 7), "jti ");
    EXPECT_EQ(judge({}), "iss sub aud exp jti ");
}

}  // namespace
}  // namespace assay::oauth
