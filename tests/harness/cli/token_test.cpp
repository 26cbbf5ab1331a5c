// `assay token`: what it makes verifies against the mock's keys, and has the claims that were asked for.
#include "oauth/jwt.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"
#include "tests/support/shell.hpp"

namespace assay::cli_tests {
namespace {

std::string one_line(const ended& e) {
    EXPECT_EQ(e.code, 0) << e.err;
    EXPECT_EQ(e.err, "") << "standard error is for terminals";
    EXPECT_TRUE(e.out.ends_with('\n') && e.out.find('\n') == e.out.size() - 1) << e.out;
    return e.out.substr(0, e.out.size() - 1);
}

// The claims, if the signature verifies against the JWK Set of that mock.
json::value verified(const server_beside& mock, const std::string& token, std::string_view typ) {
    const auto keys = json::parse(tests::printed_by("curl -s " + mock.issuer() + "/jwks"));
    const auto parts = oauth::parse_jws(token);
    if (!keys || !parts) {
        ADD_FAILURE() << token;
        return {};
    }
    const auto set = oauth::parse_jwks(*keys);
    EXPECT_TRUE(set &&
                oauth::verify_jws(*parts, *set, {*oauth::parse_alg(parts->header.find("alg")->as_string()->c_str())}))
        << token;
    EXPECT_EQ(json::value(parts->header).string_at("typ"), typ);
    return json::parse(parts->payload).value_or(json::value());
}

TEST(token, offline_verifies_against_the_keys_of_the_mock) {
    const folder at;
    const server_beside mock(at, "--dialect strict --control 0");
    // The keys of the others are published where an issuer is made to sign with them.
    for (const char* alg : {"RS256", "PS256", "ES256", "EdDSA"}) {
        const auto claims = verified(
            mock,
            one_line(assay(at, std::string("token --sub bob --scope 'openid email' --claim 'roles=[\"admin\"]' "
                                           "--claim tenant=acme --expires-in 60 --alg ") +
                                   alg)),
            "at+jwt");
        EXPECT_EQ(claims.string_at("sub"), "bob");
        EXPECT_EQ(claims.string_at("tenant"), "acme");
        EXPECT_EQ(claims.string_at("scope"), "openid email");
        EXPECT_EQ(claims.string_at("client_id"), "assay");
        EXPECT_EQ(json::format(*claims.find("roles")), "[\"admin\"]");
        EXPECT_EQ(*claims.find("exp")->as_integer() - *claims.find("iat")->as_integer(), 60);
    }
    const auto id = verified(
        mock, one_line(assay(at, "token --id-token --aud my-app --nonce n --issuer https://op.example")), "JWT");
    EXPECT_EQ(id.string_at("aud"), "my-app");
    EXPECT_EQ(id.string_at("nonce"), "n");
    EXPECT_EQ(id.string_at("iss"), "https://op.example");
    EXPECT_EQ(id.find("client_id"), nullptr);
    EXPECT_EQ(verified(mock, one_line(assay(at, "token --without exp")), "at+jwt").find("exp"), nullptr);
}

TEST(token, of_a_running_mock_opens_its_userinfo) {
    const folder at;
    const server_beside mock(at, "--dialect strict --control 0");
    const std::string from = "token --from " + std::string(mock.ready.string_at("control"));
    const std::string token = one_line(assay(at, from + " --client demo-spa --user grace --scope 'openid email'"));
    const std::string said =
        tests::printed_by("curl -s -H 'Authorization: Bearer " + token + "' " + mock.issuer() + "/userinfo");
    EXPECT_NE(said.find("grace@example.com"), std::string::npos) << said;
    for (const char* client : {"demo-web", "demo-post", "demo-spa"}) {
        const auto id = verified(
            mock, one_line(assay(at, from + " --id-token --nonce n --claim tier=gold --client " + client)), "JWT");
        EXPECT_EQ(id.string_at("aud"), client);
        EXPECT_EQ(id.string_at("nonce"), "n");
        EXPECT_EQ(id.string_at("tier"), "gold");
        EXPECT_EQ(id.string_at("iss"), mock.issuer());
    }
    const ended unknown = assay(at, from + " --client nobody");
    EXPECT_EQ(unknown.code, 2);
    EXPECT_NE(unknown.err.find("has no client 'nobody'; it has demo-"), std::string::npos) << unknown.err;
    EXPECT_EQ(assay(at, from + " --sub bob").code, 2) << "the mock's users have their own sub";
    EXPECT_EQ(assay(at, "token --from http://127.0.0.1:1").code, 3);
}

TEST(token, refuses_what_makes_no_token) {
    const folder at;
    for (const auto& [arguments, said] : {std::pair{"--id-token", "say --aud CLIENT_ID"},
                                          {"--claim roles", "--claim roles: write NAME=VALUE"},
                                          {"--without nonce", "--without nonce: the token has no such claim"},
                                          {"--key nothing.pem", "--key nothing.pem: "},
                                          {"--alg HS256", "--alg"}}) {
        const ended e = assay(at, std::string("token ") + arguments);
        EXPECT_EQ(e.code, 2) << arguments;
        EXPECT_NE(e.err.find(said), std::string::npos) << e.err;
        EXPECT_EQ(e.out, "");
    }
}

}  // namespace
}  // namespace assay::cli_tests
