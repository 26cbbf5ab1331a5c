// Errors in the encoding of a request are reported as such: a field that does not decode hides no other one, a body
// that is not a form is not reported as a missing parameter, and of a repeated parameter no value is used.
#include "mock_server/observe/diagnosis/diagnosis.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

struct written {
    std::string method = "POST";
    std::string target;
    std::string type = "application/x-www-form-urlencoded";
    std::string body;
    std::vector<std::string> authorization;
};

http::response send(flow& f, const written& w) {
    http::request r;
    r.method = w.method;
    r.target = w.target;
    r.body = w.body;
    if (w.method == "POST") r.head.append("Content-Type", w.type);
    for (const auto& one : w.authorization) r.head.append("Authorization", one);
    return f.send(std::move(r));
}

std::string error_of(const http::response& r) {
    return std::string(flow::body_of(r).string_at("error"));
}
std::string description_of(const http::response& r) {
    return std::string(flow::body_of(r).string_at("error_description"));
}

json::array without(const char* rule) {
    return json::array{json::object{{"defect", rule}}};
}

// The journal entry of the latest request, and its most likely mistake.
std::string diagnosis_of(const flow& f) {
    const auto told = diagnose(f.at->log.after(0).back());
    return told.empty() ? "" : std::string(told.front().name);
}

// Texts that do not decode, and their form in the answer.
const std::vector<std::pair<std::string, std::string>>& undecodable() {
    static const std::vector<std::pair<std::string, std::string>> all{
        {"x=%zz", "two hex digits"}, {"x=%00", "NUL"},   {"login_hint=caf%E9", "UTF-8"},
        {"x=%", "two hex digits"},   {"%ff=1", "UTF-8"}, {"x=caf\xE9", "UTF-8"}};
    return all;
}

TEST(Undecodable, AtTheAuthorizationEndpointIsToldToTheClientByName) {
    for (const auto& [bad, why] : undecodable()) {
        SCOPED_TRACE(bad);
        flow f("strict");
        const auto r =
            send(f, {"GET", "/authorize?state=s&" + f.asking() + "&" + bad + "&assay_user=ada", "", "", {}});
        const auto back = oauth::parse_form(http::parse_url(r.head.value("location")).value().query).value();
        EXPECT_EQ(back.value("error"), "invalid_request");
        EXPECT_EQ(back.value("state"), "s") << "the others are read";
        EXPECT_NE(back.value("error_description").find("application/x-www-form-urlencoded"), std::string::npos);
        EXPECT_NE(back.value("error_description").find(why), std::string::npos) << back.value("error_description");
        EXPECT_EQ(diagnosis_of(f), "parameter_not_decoded");
        EXPECT_EQ(f.at->log.after(0).back().client_id, "web");
    }
}

TEST(Undecodable, WhereTheIdentityHangsOnItIsShownToThePersonAndNotCalledMissing) {
    flow f("strict");
    for (const std::string bad : {"client_id=%zz&redirect_uri=x", "client_id=web&redirect_uri=%E9",
                                  "client_id=web&request_uri=%00", "client_id=web&request=%zz"}) {
        SCOPED_TRACE(bad);
        const auto r = send(f, {"GET", "/authorize?response_type=code&" + bad, "", "", {}});
        EXPECT_EQ(r.status, 400);
        EXPECT_EQ(description_of(r).find("Missing"), std::string::npos) << r.body;
        EXPECT_EQ(f.at->log.after(0).back().refusal->rule, "request.parameters_decoded");
    }
}

TEST(Undecodable, IsRefusedAtEveryEndpointThatReadsAForm) {
    flow f("strict");
    const std::pair<std::string, std::string> endpoints[] = {
        {"/par", f.asking()},      {"/introspect", "token=t"},
        {"/revoke", "token=t"},    {"/token", "grant_type=refresh_token&refresh_token=t"},
        {"/logout", "state=s"},    {"/login", "username=ada&return_to=client_id%3Dweb"},
        {"/authorize", f.asking()}};
    for (const auto& [at, body] : endpoints) {
        for (const auto& [bad, why] : undecodable()) {
            SCOPED_TRACE(at + " " + bad);
            const auto r = send(f, {"POST", at, written{}.type, body + "&" + bad, {f.basic}});
            if (r.status == 303) {
                EXPECT_NE(r.head.value("location").find("error=invalid_request"), std::string::npos);
            } else {
                EXPECT_EQ(r.status, 400) << r.body;
                EXPECT_EQ(error_of(r), "invalid_request");
                EXPECT_NE(description_of(r).find(why), std::string::npos) << r.body;
            }
            EXPECT_EQ(f.at->log.after(0).back().refusal->clause, "RFC 6749 §B");
        }
    }
}

TEST(Undecodable, WithoutTheRuleTheOthersCount) {
    flow f("strict", without("request.parameters_decoded"));
    EXPECT_EQ(send(f, {"POST", "/par", written{}.type, f.asking() + "&x=%zz", {f.basic}}).status, 201);
    const auto r = send(f, {"GET", "/authorize?" + f.asking() + "&x=%zz&assay_user=ada", "", "", {}});
    EXPECT_NE(r.head.value("location").find("code="), std::string::npos);
}

// As in Starlette: no parameter is lost because of another one.
TEST(Undecodable, OnPolarStaysAsItIs) {
    flow f("polar");
    const auto query = oauth::format_form({{"response_type", "code"},
                                           {"client_id", "web"},
                                           {"redirect_uri", "http://127.0.0.1:1/cb"},
                                           {"scope", "openid"},
                                           {"sub_type", "user"},
                                           {"assay_user", "ada"}});
    const auto r = send(f, {"GET", "/oauth2/authorize?" + query + "&state=a%zzb&x=%E9", "", "", {}});
    EXPECT_NE(r.head.value("location").find("code="), std::string::npos) << r.body;
    EXPECT_NE(r.head.value("location").find("state=a%25zzb"), std::string::npos) << r.head.value("location");
}

TEST(MediaType, ThatIsNoFormIsNamedWithTheClauseOfItsEndpoint) {
    for (const auto& [at, rule, clause] : {std::tuple{"/par", "par.media_type_form", "RFC 9126 §2.1"},
                                           {"/introspect", "introspect.media_type_form", "RFC 7662 §2.1"},
                                           {"/revoke", "revoke.media_type_form", "RFC 7009 §2.1"}}) {
        SCOPED_TRACE(at);
        const written json{"POST",
                           at,
                           "application/json",
                           R"({"token": "t", "response_type": "code", "redirect_uri": "http://127.0.0.1:1/cb"})",
                           {}};
        flow f("strict");
        auto asked = json;
        asked.authorization = {f.basic};
        const auto r = send(f, asked);
        EXPECT_EQ(r.status, 400);
        EXPECT_EQ(error_of(r), "invalid_request");
        EXPECT_EQ(description_of(r), "The body must be application/x-www-form-urlencoded.");
        const auto entry = f.at->log.after(0).back();
        EXPECT_EQ(entry.refusal->rule, rule);
        EXPECT_EQ(entry.refusal->clause, clause);
        EXPECT_EQ(diagnosis_of(f), "json_body");
        flow lax("strict", without(rule));
        EXPECT_NE(send(lax, asked).body.find(std::string(at) == "/par" ? "error" : "{"), std::string::npos);
        EXPECT_NE(description_of(send(lax, asked)), description_of(r));
    }
}

TEST(Introspection, WithoutATokenCitesItsOwnRfc) {
    flow f("strict");
    EXPECT_EQ(f.post("/introspect", {}, f.basic).status, 400);
    EXPECT_EQ(f.at->log.after(0).back().refusal->clause, "RFC 7662 §2.1");
    EXPECT_EQ(f.post("/revoke", {}, f.basic).status, 400);
    EXPECT_EQ(f.at->log.after(0).back().refusal->clause, "RFC 7009 §2.1");
}

TEST(Repeated, CredentialsAreRefusedAtEveryEndpointThatAuthenticatesClients) {
    const auto other = oauth::format_basic("web", "wrong");
    for (const std::string at : {"/token", "/par", "/introspect", "/revoke"}) {
        flow f("strict");
        const std::string body = "grant_type=refresh_token&refresh_token=t&token=t";
        for (const auto& headers : {std::vector<std::string>{f.basic, other},
                                    {other, f.basic},
                                    {f.basic, f.basic},
                                    {f.basic + ", " + other},
                                    {f.basic, "Bearer t"}}) {
            SCOPED_TRACE(at + " " + headers.back());
            const auto r = send(f, {"POST", at, written{}.type, body, headers});
            EXPECT_EQ(r.status, 400);
            EXPECT_EQ(error_of(r), "invalid_request");
            EXPECT_EQ(f.at->log.after(0).back().refusal->rule, "client.credentials_not_repeated");
            EXPECT_EQ(diagnosis_of(f), "authorization_repeated");
        }
        const auto beside = send(f, {"POST", at, written{}.type, body + "&client_secret=web-secret", {f.basic}});
        EXPECT_EQ(beside.status, 400) << at;
        EXPECT_EQ(f.at->log.after(0).back().refusal->rule, "client.single_method");
        flow first_wins("strict", without("client.credentials_not_repeated"));
        const auto r = send(first_wins, {"POST", at, written{}.type, body, {f.basic, other}});
        EXPECT_NE(error_of(r), "invalid_client") << at;
        EXPECT_NE(description_of(r), "More than one set of credentials in Authorization.");
    }
}

TEST(Repeated, ParametersAreRefusedBesideTheTokenEndpointToo) {
    for (const auto& [at, body] : {std::pair<std::string, std::string>{"/introspect", "token=a&token=b"},
                                   {"/revoke", "token=a&token=b"},
                                   {"/revoke", "token=a&client_secret=x&client_secret=y&client_id=post"},
                                   {"/par", "scope=a&scope=b"}}) {
        flow f("strict");
        EXPECT_EQ(error_of(send(f, {"POST", at, written{}.type, body, {f.basic}})), "invalid_request") << at;
        EXPECT_EQ(f.at->log.after(0).back().refusal->rule, "request.parameters_not_repeated");
    }
}

TEST(Repeated, TokensAreRefusedAsMalformed) {
    flow f("strict");
    const std::string token(f.tokens({{"scope", "openid user:read"}}).string_at("access_token"));
    const std::string bearer = "Bearer " + token;
    for (const std::string at : {"/userinfo", "/resource"}) {
        for (const auto& [headers, rule] :
             {std::pair<std::vector<std::string>, std::string>{{bearer + ", " + bearer}, "bearer.well_formed"},
              {{"Bearer"}, "bearer.well_formed"},
              {{"Bearer a b"}, "bearer.well_formed"},
              {{"DPoP " + token + ", DPoP " + token}, "bearer.well_formed"},
              {{bearer, bearer}, "bearer.authorization_not_repeated"},
              {{bearer, f.basic}, "bearer.authorization_not_repeated"}}) {
            SCOPED_TRACE(at + " " + headers.front());
            const auto r = send(f, {"GET", at, "", "", headers});
            EXPECT_EQ(r.status, 400);
            EXPECT_NE(r.head.value("www-authenticate").find("error=\"invalid_request\""), std::string::npos);
            EXPECT_EQ(f.at->log.after(0).back().refusal->rule, rule);
        }
        EXPECT_EQ(send(f, {"GET", at, "", "", {bearer}}).status, 200);
        const auto nothing = send(f, {"GET", at, "", "", {}});
        EXPECT_EQ(nothing.status, 401);
        EXPECT_EQ(nothing.head.value("www-authenticate").find("error="), std::string::npos);
    }
    flow first_wins("strict", without("bearer.well_formed"));
    const std::string own = "Bearer " + std::string(first_wins.tokens().string_at("access_token"));
    EXPECT_EQ(send(first_wins, {"GET", "/userinfo", "", "", {own + ", " + own}}).status, 200);
}

TEST(Repeated, TokensOfClientManagementAreRefusedAsMalformed) {
    flow f("strict");
    const auto made = flow::body_of(
        send(f, {"POST", "/register", "application/json", R"({"redirect_uris": ["https://rp.example/cb"]})", {}}));
    const auto at = "/register/" + std::string(made.string_at("client_id"));
    const auto bearer = "Bearer " + std::string(made.string_at("registration_access_token"));
    EXPECT_EQ(send(f, {"GET", at, "", "", {bearer}}).status, 200);
    EXPECT_EQ(send(f, {"GET", at, "", "", {bearer, bearer}}).status, 400);
    EXPECT_EQ(send(f, {"GET", at, "", "", {bearer + ", " + bearer}}).status, 400);
}

// "anything else, or a failed look-up": to Polar any text after Bearer is a token.
TEST(Repeated, TokensOnPolarAreUnknownOnes) {
    flow f("polar");
    const auto r = send(f, {"GET", testing::path_in(f.at->speaks(), "userinfo"), "", "", {"Bearer a, Bearer a"}});
    EXPECT_EQ(r.status, 401);
    EXPECT_EQ(error_of(r), "invalid_token");
}

}  // namespace
}  // namespace assay::mock
