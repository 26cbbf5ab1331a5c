// Tokens without a sign-in: what a minted token says, in the token itself, at introspection and after a refresh.
#include <fmt/format.h>

#include "mock_server/control/control.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

http::response mint(flow& f, const std::string& body) {
    http::request r;
    r.method = "POST";
    r.target = "/issuers/t/mint/tokens";
    r.body = body;
    return std::get<http::write_response>(handle_control(f.core, r).front().what).r;
}

json::value first_of(const http::response& minted) {
    EXPECT_EQ(minted.status, 201) << minted.body;
    const auto body = flow::body_of(minted);
    const auto* first = body.at_pointer("/tokens/0");
    return first == nullptr ? json::value() : *first;
}

json::value payload_of(std::string_view token) {
    const auto parts = oauth::parse_jws(token);
    return parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
}

void let_web_have_jwts(flow& f) {
    auto web = *f.at->find_client("web");
    web.access_token_format = "jwt";
    f.at->put_client(std::move(web));
}

TEST(Mint, ClaimsAreInTheJwtAndAtIntrospection) {
    flow f("strict");
    let_web_have_jwts(f);
    const auto made = first_of(
        mint(f, R"({"client_id": "web", "claims": {"roles": ["admin"], "who": "${user.name}", "aud": "api"}})"));
    const std::string access(made.string_at("access_token"));
    const auto claims = payload_of(access);
    EXPECT_EQ(json::format(*claims.find("roles")), R"(["admin"])");
    EXPECT_EQ(claims.string_at("aud"), "api");
    EXPECT_EQ(claims.string_at("who"), "Ada Lovelace");
    const auto told = flow::body_of(f.post("/introspect", {{"token", access}}, f.basic));
    EXPECT_EQ(json::format(*told.find("roles")), R"(["admin"])");
    EXPECT_EQ(told.string_at("aud"), "api");
    EXPECT_EQ(made.find("id_token"), nullptr) << "nobody asked for one";
}

TEST(Mint, ClaimsOfAnOpaqueTokenAreAtIntrospectionAndSurviveARefresh) {
    flow f("strict");
    const auto made = first_of(mint(f, R"({"client_id": "web", "claims": {"tenant": "t-1", "aud": ["a", "b"]}})"));
    const auto told = [&](std::string_view token) {
        return flow::body_of(f.post("/introspect", {{"token", std::string(token)}}, f.basic));
    };
    EXPECT_EQ(told(made.string_at("access_token")).string_at("tenant"), "t-1");
    EXPECT_EQ(json::format(*told(made.string_at("access_token")).find("aud")), R"(["a","b"])");
    const auto refreshed = flow::body_of(f.post(
        "/token", {{"grant_type", "refresh_token"}, {"refresh_token", std::string(made.string_at("refresh_token"))}},
        f.basic));
    EXPECT_EQ(told(refreshed.string_at("access_token")).string_at("tenant"), "t-1") << json::format(refreshed);
    const auto other = first_of(mint(f, R"({"client_id": "web"})"));
    EXPECT_EQ(told(other.string_at("access_token")).find("tenant"), nullptr) << "its own claims alone";
}

TEST(Mint, MakesAnIdTokenWithNonceTimeAndClaims) {
    flow f("strict");
    const auto made =
        first_of(mint(f, R"({"client_id": "web", "users": ["grace"], "scope": "openid email", "auth_time": 1700000000,
                             "id_token": {"nonce": "n-1", "claims": {"tier": "gold"}}, "claims": {"tenant": "t-1"}})"));
    const auto claims = payload_of(made.string_at("id_token"));
    EXPECT_EQ(claims.string_at("aud"), "web");
    EXPECT_EQ(claims.string_at("sub"), f.at->find_user("grace")->sub);
    EXPECT_EQ(claims.string_at("nonce"), "n-1");
    EXPECT_EQ(claims.find("auth_time")->as_integer(), 1'700'000'000);
    EXPECT_EQ(claims.string_at("tier"), "gold");
    EXPECT_EQ(claims.find("tenant"), nullptr) << "that one is of the access token";
    const auto plain =
        payload_of(first_of(mint(f, R"({"client_id": "web", "id_token": true})")).string_at("id_token"));
    EXPECT_EQ(plain.find("nonce"), nullptr);
    EXPECT_EQ(plain.find("auth_time")->as_integer(), f.at->now());
}

TEST(Mint, AnIdTokenHasTheFaultsOfTheIssuer) {
    flow f("strict", json::array{"id_token_aud_wrong"});
    const auto made = first_of(mint(f, R"({"client_id": "web", "id_token": true})"));
    EXPECT_NE(payload_of(made.string_at("id_token")).string_at("aud"), "web");
}

TEST(Mint, SaysWhatIsWrongInASentence) {
    flow f("strict");
    for (const auto& [more, said] :
         {std::pair{R"("claims": {"iss": "x"})", "switch the fault id_token_iss_wrong on"},
          {R"("claims": ["x"])", "'claims', an object of names and values"},
          {R"("claims": {"a": "${user.nmae}"})", "did you mean 'user.name'?"},
          {R"("id_token": {"claims": {"aud": "x"}})", "'aud' of an ID Token is the client"},
          {R"("id_token": {"auth_time": 1})", "it takes nonce, claims"},
          {R"("id_token": {"nonce": 1})", "'nonce' must be a string"},
          {R"("id_token": "yes")", "an id_token must be a JSON object"},
          {R"("id_token": true, "scope": "email")", "an ID Token needs the scope openid"},
          {R"("auth_time": "now")", "'auth_time' must be the time"}}) {
        const auto no = mint(f, fmt::format(R"({{"client_id": "web", {}}})", more));
        EXPECT_EQ(no.status, 400) << more;
        EXPECT_NE(no.body.find(said), std::string::npos) << no.body;
    }
}

}  // namespace
}  // namespace assay::mock
