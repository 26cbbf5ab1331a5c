// Captures as browsers and proxies write them: what is found in one, what of it is never told, and what is no
// capture.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/cli/twin/twin.hpp"
#include "mock_server/dialects/dialect.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "oauth/base64url.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/pkce.hpp"

namespace assay::harness::twin {
namespace {

constexpr const char* login = "https://login.acme.example";
constexpr const char* api = "https://api.acme.example";
constexpr const char* verifier = "Gk3vQ9-verifier-0123456789-0123456789-012345";
constexpr const char* access_token = "acme_at_Zq81mVb0LwN5tR7yC3xK9sJ2hD6fG4pA";
constexpr const char* refresh_token = "acme_rt_Wn55aQe7TzX0cV9bM1kL3jH8gF6dS2pO";
constexpr const char* code = "Cj2kP9xQ7wE4rT1yU8iO";
constexpr const char* secret = "6fJ-vd81KxQe";
constexpr const char* cookie = "hs93-Kd02-plq8-session";
constexpr const char* password = "Correct-Horse-99";

// One entry, in the way that its writer has it.
class entry {
public:
    entry(const char* method, const std::string& url) {
        request_ = {{"method", method}, {"url", url}, {"httpVersion", "HTTP/2"}};
    }
    entry& head(const char* name, const std::string& value) {
        request_head_.emplace_back(json::object{{"name", name}, {"value", value}});
        return *this;
    }
    entry& form(const std::string& text) {
        request_.append("postData", json::object{{"mimeType", "application/x-www-form-urlencoded"}, {"text", text}});
        return *this;
    }
    // As Firefox and some proxies have it.
    entry& params(const oauth::form& fields) {
        json::array list;
        for (const auto& [name, value] : fields.fields)
            list.emplace_back(json::object{{"name", name}, {"value", value}});
        request_.append("postData",
                        json::object{{"mimeType", "application/x-www-form-urlencoded"}, {"params", std::move(list)}});
        return *this;
    }
    json::value redirects(int status, const std::string& to) {
        answer_head_.emplace_back(json::object{{"name", "Location"}, {"value", to}});
        answer_head_.emplace_back(
            json::object{{"name", "Set-Cookie"}, {"value", fmt::format("sid={}; Path=/", cookie)}});
        return done(status, "text/html", "", to);
    }
    json::value answers(int status, const std::string& type, const std::string& body) {
        return done(status, type, body, "");
    }

private:
    json::value done(int status, const std::string& type, const std::string& body, const std::string& to) {
        request_.append("headers", std::move(request_head_));
        // Chrome writes bodies that it did not decode in base64.
        json::object content{{"mimeType", type}, {"text", oauth::base64_encode(body)}, {"encoding", "base64"}};
        return json::object{{"startedDateTime", "2026-03-14T09:12:00.123+01:00"},
                            {"request", std::move(request_)},
                            {"response", json::object{{"status", status},
                                                      {"headers", std::move(answer_head_)},
                                                      {"content", std::move(content)},
                                                      {"redirectURL", to}}}};
    }
    json::object request_;
    json::array request_head_, answer_head_;
};

std::string har(json::array entries) {
    return json::format(json::object{{"log", json::object{{"version", "1.2"}, {"entries", std::move(entries)}}}});
}

std::string authorize_url(const std::string& at = login) {
    return fmt::format(
        "{}/as/start?client_id=shop-client-77&redirect_uri=https%3A%2F%2Fshop.example%2Fback&scope=read%2Cwrite"
        "&state=st8-0123456789abcdef&response_type=code&code_challenge={}&code_challenge_method=S256",
        at, oauth::s256_challenge(verifier));
}

const std::string person =
    R"({"id":4711,"login":"zoltan77","name":"Zoltan Brightwater","mail":"zoltan.b@corp.example","plan":{"name":"gold"}})";

// A sign-in as a proxy sees it: pages, a password, a server's requests from behind, and what else a browser fetches.
json::array sign_in() {
    const std::string back =
        fmt::format("https://shop.example/back?code={}&state=st8-0123456789abcdef&tenant=eu", code);
    return {
        entry("GET", "https://shop.example/logo.png").answers(200, "image/png", "\x89PNG"),
        entry("GET", authorize_url()).redirects(302, "/sign-in?client_id=shop-client-77&state=st8-0123456789abcdef"),
        entry("GET", fmt::format("{}/sign-in?client_id=shop-client-77&state=st8-0123456789abcdef&scope=read", login))
            .answers(200, "text/html", "<form>"),
        entry("POST", fmt::format("{}/sign-in", login))
            .head("Cookie", fmt::format("sid={}; theme=dark", cookie))
            .params({{"username", "zoltan77"}, {"password", password}})
            .redirects(303, back),
        entry("GET", back).answers(200, "text/html", "<p>Welcome"),
        entry("POST", fmt::format("{}/oauth/tokens", api))
            .head("Authorization", oauth::format_basic("shop-client-77", secret))
            .form(fmt::format("grant_type=authorization_code&code={}&redirect_uri=https%3A%2F%2Fshop.example%2Fback&"
                              "code_verifier={}",
                              code, verifier))
            .answers(
                200, "application/json",
                fmt::format(
                    R"({{"access_token":"{}","token_type":"bearer","expires_in":7200,"refresh_token":"{}","scope":"read,write","created_at":1773476000}})",
                    access_token, refresh_token)),
        entry("GET", fmt::format("{}/v2/me", api))
            .head("Authorization", fmt::format("Bearer {}", access_token))
            .answers(200, "application/json", person),
        entry("GET", fmt::format("{}/v2/boxes", api))
            .head("Authorization", fmt::format("Bearer {}", access_token))
            .answers(200, "application/json", R"([{"box":1,"owner":"zoltan.b@corp.example"}])"),
        entry("GET", fmt::format("{}/v2/people/zoltan77", api))
            .head("Authorization", fmt::format("Bearer {}", access_token))
            .answers(200, "application/json", R"({"line_2_of_the_address":"Elm 4"})"),
        entry("POST", fmt::format("{}/oauth/tokens", api))
            .head("Authorization", oauth::format_basic("shop-client-77", secret))
            .form(
                "grant_type=authorization_code&code=never-issued-000&redirect_uri=https%3A%2F%2Fshop.example%2Fback")
            .answers(
                422, "application/json",
                R"({"error":"invalid_code","error_description":"The code of zoltan.b@corp.example is bad","hint":17})")};
}

std::string drafted(const json::array& entries, const draft_options& o = {}) {
    const auto text = draft_dialect(har(entries), "folder/capture.har", o);
    EXPECT_TRUE(text) << text.error().text();
    return text.value_or("");
}

std::string refused(const std::string& text, const draft_options& o = {}) {
    const auto made = draft_dialect(text, "capture.har", o);
    EXPECT_FALSE(made) << *made;
    if (made) return {};
    EXPECT_EQ(made.error().code, errc::usage);
    EXPECT_EQ(made.error().message.find('\n'), std::string::npos);
    return made.error().text();
}

TEST(TwinCapture, OfABrowserAndAProxy) {
    const auto text = drafted(sign_in());
    SCOPED_TRACE(text);
    const auto made = mock::parse_dialect(text, "twin.yaml");
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->name, "login.acme.example@2026-03");
    EXPECT_EQ(mock::path_of(mock::endpoint_named("authorize"), *made), "/as/start");
    EXPECT_EQ(mock::path_of(mock::endpoint_named("token"), *made), "/oauth/tokens");
    EXPECT_EQ(mock::path_of(mock::endpoint_named("userinfo"), *made), "/v2/me");
    EXPECT_EQ(mock::path_of(mock::endpoint_named("introspect"), *made), "");
    EXPECT_FALSE(made->discovery);
    EXPECT_EQ(made->access_token_lifetime, 7200);
    EXPECT_EQ(made->token_prefixes.at("access_user"), "acme_at_");
    EXPECT_EQ(made->token_prefixes.at("refresh_user"), "acme_rt_");
    EXPECT_EQ(made->token_format, "alphanumeric");
    EXPECT_EQ(made->scope_separators, ", ");
    EXPECT_EQ(made->redirect_status, 303);
    EXPECT_EQ(made->registration.auth_method, "client_secret_basic");
    EXPECT_EQ(json::format(made->answers.callback), R"({"tenant":"xx"})");
    EXPECT_EQ(
        json::format(made->answers.token),
        R"({"access_token":"${access_token}","token_type":"bearer","expires_in":"${expires_in}","refresh_token":"${refresh_token}","scope":"${scope}","created_at":"${now}"})");
    EXPECT_EQ(
        json::format(made->answers.userinfo),
        R"({"id":"${user.number}","login":"${user.username}","name":"${user.name}","mail":"${user.email}","plan":{"name":"xxxx"}})");
    ASSERT_EQ(made->resources.size(), 1U);
    EXPECT_EQ(made->resources.front().path, "/v2/boxes");
    const auto& words = made->wordings.at(mock::rule::token_code_known);
    EXPECT_EQ(words.status, 422);
    EXPECT_EQ(words.error, "invalid_code");
    EXPECT_EQ(words.description, "The code of xxxxxx.x@xxxx.xxxxxxx is bad");
    EXPECT_FALSE(made->enforces(mock::rule::authorize_iss_returned));
    EXPECT_NE(text.find("# entry 6: POST /oauth/tokens → 200"), std::string::npos);
    EXPECT_NE(text.find("No refresh:"), std::string::npos);
}

TEST(TwinCapture, NoSecretIsTold) {
    for (const auto& text : {drafted(sign_in()), drafted(sign_in(), {.extends = "keycloak"})}) {
        SCOPED_TRACE(text);
        for (const auto* one : {access_token, refresh_token, code, secret, cookie, password, verifier,
                                "never-issued-000", "zoltan", "Zoltan", "Brightwater", "corp.example",
                                "shop-client-77", "shop.example", "st8-0123456789abcdef", "4711", "folder/"})
            EXPECT_EQ(text.find(one), std::string::npos) << one;
        EXPECT_EQ(text.find(oauth::s256_challenge(verifier)), std::string::npos);
    }
}

// Chrome leaves Authorization and cookies out, Assay's own journal shows *** in place of secrets.
TEST(TwinCapture, WithMaskedSecrets) {
    auto text = har(sign_in());
    for (const auto* one : {access_token, refresh_token, code, verifier}) {
        for (auto at = text.find(one); at != std::string::npos; at = text.find(one))
            text.replace(at, std::string(one).size(), "***");
    }
    const auto made = draft_dialect(text, "capture.har", {});
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_NE(made->find("expires_in: \"${expires_in}\""), std::string::npos) << *made;
    EXPECT_EQ(made->find("it is refused by"), std::string::npos) << *made;
}

TEST(TwinCapture, OfTheBrowserAloneSaysSo) {
    auto entries = sign_in();
    entries.resize(5);
    const auto text = drafted(entries);
    EXPECT_NE(text.find("No token response: a browser does not see"), std::string::npos) << text;
    EXPECT_NE(text.find("authorize: /as/start"), std::string::npos) << text;
    EXPECT_TRUE(mock::parse_dialect(text, "twin.yaml"));
}

TEST(TwinCapture, OfAPersonWhoDenies) {
    auto entries = sign_in();
    entries.push_back(entry("GET", authorize_url())
                          .redirects(302,
                                     "https://shop.example/back?error=access_denied&error_description=Not%20today&"
                                     "state=st8-0123456789abcdef"));
    const auto text = drafted(entries);
    const auto made = mock::parse_dialect(text, "twin.yaml");
    ASSERT_TRUE(made) << text;
    EXPECT_EQ(made->wordings.at(mock::rule::consent_denial_respected).description, "Not today") << text;
    EXPECT_EQ(text.find("it was refused"), std::string::npos) << text;
}

TEST(TwinCapture, OneOfSeveralProviders) {
    auto entries = sign_in();
    entries.push_back(
        entry("GET",
              "https://id.other.example/"
              "auth?client_id=x&redirect_uri=https%3A%2F%2Fshop.example%2Fother&response_type=code&state=q")
            .redirects(302, "https://shop.example/other?code=0987654321&state=q"));
    const auto which = refused(har(entries));
    EXPECT_EQ(which,
              "capture.har: it holds sign-ins at https://login.acme.example and https://id.other.example; choose one "
              "with --issuer URL or --host NAME");
    EXPECT_NE(drafted(entries, {.provider = {.issuer = "", .host = "id.other.example"}}).find("/auth"),
              std::string::npos);
    EXPECT_NE(drafted(entries, {.provider = {.issuer = "", .host = "api.acme.example"}}).find("/v2/me"),
              std::string::npos);
    const auto none = refused(har(entries), {.provider = {.issuer = "", .host = "login.acme.exampel"}});
    EXPECT_NE(none.find("no sign-in in it is at 'login.acme.exampel'; there is https://login.acme.example and "),
              std::string::npos)
        << none;
}

TEST(TwinCapture, ThatIsNone) {
    EXPECT_NE(refused("no JSON").find("capture.har: this is no HAR: "), std::string::npos);
    EXPECT_NE(refused("{}").find("capture.har: this is no HAR: it has no list log.entries; export one with"),
              std::string::npos);
    EXPECT_NE(refused(har({})).find("there is no OAuth in it"), std::string::npos);
    EXPECT_NE(refused(har({entry("GET", "https://shop.example/").answers(200, "text/html", "<p>")}))
                  .find("there is no OAuth in it"),
              std::string::npos);
    const auto base = draft_dialect(har(sign_in()), "capture.har", {.extends = "githob"});
    ASSERT_FALSE(base);
    EXPECT_NE(base.error().message.find("did you mean 'github'"), std::string::npos);
}

// A claim or a text of the capture is data: it is never read as a template or as YAML.
TEST(TwinCapture, WithTextsThatLookLikeTemplates) {
    auto entries = sign_in();
    entries.push_back(entry("GET", fmt::format("{}/v2/odd", api))
                          .head("Authorization", fmt::format("Bearer {}", access_token))
                          .answers(200, "application/json",
                                   R"({"${user.nothing}":"${x}","a ?b":"- c: d","#":"&x","nul\u0000":"\u2028"})"));
    const auto text = drafted(entries);
    const auto made = mock::parse_dialect(text, "twin.yaml");
    EXPECT_TRUE(made) << made.error().text() << text;
}

}  // namespace
}  // namespace assay::harness::twin
