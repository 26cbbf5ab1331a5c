// Registration and its management (RFC 7591, RFC 7592) on `strict`, and as Polar has them, without sockets.
#include "mock_server/issuer/registered_uri.hpp"
#include "oauth/grant_types.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

http::response send_json(flow& f, const std::string& method, const std::string& path, const json::value& body,
                         const std::string& bearer = {}, const std::string& cookie = {}) {
    http::request r;
    r.method = method;
    r.target = path;
    r.head.append("Content-Type", "application/json");
    if (!bearer.empty()) r.head.append("Authorization", "Bearer " + bearer);
    if (!cookie.empty()) r.head.append("Cookie", cookie);
    r.body = json::format(body);
    r.head.append("Content-Length", std::to_string(r.body.size()));
    return f.send(std::move(r));
}

std::string path_of(const flow& f, const json::value& registered) {
    return std::string(registered.string_at("registration_client_uri")).substr(f.at->url().size());
}

std::vector<std::string> names_of(const json::value& v) {
    std::vector<std::string> out;
    for (const auto& m : v.as_object()->members) out.push_back(m.name);
    return out;
}

const json::object acme{{"client_name", "Acme"},
                        {"redirect_uris", json::array{"https://acme.example/cb"}},
                        {"client_uri", "https://acme.example/"},
                        {"scope", "openid email"},
                        {"token_endpoint_auth_method", "client_secret_post"}};

// Otherwise a registered client could make this machine send requests to itself.
TEST(Registration, OpenToOtherMachinesItTakesNoLogoutUriOfThisOne) {
    for (const bool exposed : {false, true}) {
        flow f("strict", json::array{json::object{{"defect", "register.metadata_well_formed"}}});
        f.core.exposed = exposed;
        issuer_request r;
        r.dialect = "strict";
        f.replace(std::move(r));
        for (const auto* member : {"backchannel_logout_uri", "frontchannel_logout_uri"}) {
            for (const auto* uri : {"http://127.0.0.1:1/out", "http://LOCALHOST/out", "http://[::1]/out"}) {
                auto asked = acme;
                asked.set(member, uri);
                const auto answer = send_json(f, "POST", "/register", asked);
                EXPECT_EQ(answer.status, exposed ? 400 : 201) << uri << answer.body;
                EXPECT_EQ(answer.body.find("may not be on loopback") != std::string::npos, exposed) << answer.body;
            }
            auto asked = acme;
            asked.set(member, "https://acme.example/out");
            EXPECT_EQ(send_json(f, "POST", "/register", asked).status, 201);
        }
    }
}

// Each value of a document takes many times the memory and the time of its bytes.
TEST(Registration, RefusesMoreValuesThanADocumentNeeds) {
    flow f("strict");
    const auto with_keys = [&](std::size_t count) {
        auto asked = acme;
        asked.set("unknown", json::array(count, json::value(0)));
        return send_json(f, "POST", "/register", asked).status;
    };
    EXPECT_EQ(with_keys(9'900), 201);
    EXPECT_EQ(with_keys(10'001), 400);
}

// Each may have to be tried for a single JWT.
TEST(Registration, RefusesMoreKeysThanAClientNeeds) {
    flow f("strict");
    const auto with_keys = [&](std::size_t count) {
        const json::object key{
            {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}};
        auto asked = acme;
        asked.set("jwks", json::object{{"keys", json::array(count, json::value(key))}});
        return send_json(f, "POST", "/register", asked);
    };
    EXPECT_EQ(with_keys(100).status, 201);
    const auto refused = with_keys(101);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(flow::body_of(refused).string_at("error"), "invalid_client_metadata");
}

TEST(Registration, AClientReadsReplacesAndDeletesItself) {
    flow f("strict");
    const auto made = flow::body_of(send_json(f, "POST", "/register", acme));
    const std::string token(made.string_at("registration_access_token"));
    const auto path = path_of(f, made);
    const auto read = f.get(path, token);
    EXPECT_EQ(flow::body_of(read).string_at("client_uri"), "https://acme.example/");
    EXPECT_EQ(read.head.value("cache-control"), "no-store");
    EXPECT_EQ(f.get(path, "another").status, 401);
    EXPECT_EQ(f.get(path).head.value("www-authenticate"), "Bearer realm=\"assay\"");

    json::object update{{"client_id", made.string_at("client_id")},
                        {"client_secret", made.string_at("client_secret")},
                        {"redirect_uris", json::array{"https://acme.example/new"}},
                        {"token_endpoint_auth_method", "client_secret_basic"}};
    const auto updated = flow::body_of(send_json(f, "PUT", path, update, token));
    EXPECT_EQ(updated.find("client_name"), nullptr) << "what is left out is removed";
    EXPECT_EQ(updated.string_at("client_secret"), made.string_at("client_secret"));
    update.set("client_secret", "mine");
    EXPECT_EQ(send_json(f, "PUT", path, update, token).status, 400);

    EXPECT_EQ(send_json(f, "DELETE", path, nullptr, token).status, 204);
    EXPECT_EQ(f.get(path, token).status, 401);
    EXPECT_FALSE(f.at->find_client(std::string(made.string_at("client_id"))));
}

// The server chooses the secret (RFC 7591 §3.2.1), and a client cannot declare itself first-party.
TEST(Registration, AClientChoosesNeitherItsSecretNorToBeFirstParty) {
    for (const char* dialect : {"strict", "polar"}) {
        flow f(dialect);
        json::object asked = acme;
        asked.set("client_secret", "mine");
        asked.set("first_party", true);
        const auto made = flow::body_of(send_json(f, "POST", testing::path_in(f.at->speaks(), "register"), asked));
        EXPECT_FALSE(made.string_at("client_secret").empty()) << dialect;
        EXPECT_NE(made.string_at("client_secret"), "mine") << dialect;
        const auto kept = f.at->find_client(std::string(made.string_at("client_id")));
        ASSERT_TRUE(kept != nullptr) << dialect;
        EXPECT_FALSE(kept->first_party) << dialect;
    }
}

TEST(Registration, RefusesWhatItCannotKeepItsWordOn) {
    flow f("strict");
    const auto error = [&](const std::string& member, json::value v) {
        json::object asked = acme;
        asked.set(member, std::move(v));
        return std::string(flow::body_of(send_json(f, "POST", "/register", asked)).string_at("error"));
    };
    EXPECT_EQ(error("jwks_uri", "https://acme.example/jwks"), "invalid_client_metadata");
    EXPECT_EQ(error("software_statement", "e30"), "invalid_software_statement");
    EXPECT_EQ(error("software_statement", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"), "unapproved_software_statement");
    EXPECT_EQ(error("grant_types", json::array{"implicit"}), "invalid_client_metadata");
    EXPECT_EQ(error("contacts", "me"), "invalid_client_metadata");
    EXPECT_EQ(error("redirect_uris", json::array{}), "invalid_client_metadata");
    EXPECT_EQ(error("redirect_uris", json::array{"com.example.app:/cb"}), "") << "RFC 8252 §7.1";
    EXPECT_EQ(error("grant_types", json::array{"client_credentials"}), "") << "response_types follow";
}

// RFC 7591 §2: what the metadata announces can be registered, and then be used.
TEST(Registration, EveryGrantThatIsAnnouncedCanBeRegisteredAndUsed) {
    flow f("strict");
    const auto metadata = flow::body_of(f.get("/.well-known/openid-configuration"));
    json::object asked = acme;
    asked.set("grant_types", *metadata.find("grant_types_supported"));
    asked.set("scope", "openid user:read");
    asked.set("token_endpoint_auth_method", "client_secret_basic");
    const auto made = flow::body_of(send_json(f, "POST", "/register", asked));
    ASSERT_EQ(json::format(*made.find("grant_types")), json::format(*metadata.find("grant_types_supported")));
    const auto basic =
        oauth::format_basic(std::string(made.string_at("client_id")), std::string(made.string_at("client_secret")));
    EXPECT_EQ(f.post("/device_authorization", {}, basic).status, 200);
    const auto own = flow::body_of(f.post("/token", {{"grant_type", "client_credentials"}}, basic));
    ASSERT_FALSE(own.string_at("access_token").empty()) << json::format(own);
    const auto other = f.post("/token",
                              {{"grant_type", std::string(oauth::token_exchange_grant)},
                               {"subject_token", std::string(own.string_at("access_token"))},
                               {"subject_token_type", std::string(oauth::token_type::access_token)}},
                              basic);
    EXPECT_EQ(other.status, 200) << other.body;
    const auto assertion = f.post("/token", {{"grant_type", std::string(oauth::jwt_bearer_grant)}}, basic);
    EXPECT_EQ(flow::body_of(assertion).string_at("error"), "invalid_request") << "the assertion is missing";
    EXPECT_EQ(f.post("/device_authorization", {}, f.basic).status, 400) << "one that did not register it";
}

// polar-behaviour.md §3.1
TEST(Registration, PolarAnswersInItsOrderAndItsWords) {
    flow f("polar");
    const auto made = flow::body_of(send_json(f, "POST", "/v1/oauth2/register", acme));
    EXPECT_EQ(names_of(made),
              (std::vector<std::string>{"redirect_uris", "token_endpoint_auth_method", "grant_types",
                                        "response_types", "client_name", "client_uri", "scope", "client_id",
                                        "client_secret", "client_id_issued_at", "client_secret_expires_at",
                                        "registration_client_uri", "registration_access_token"}));
    const auto path = path_of(f, made);
    const auto none = f.get(path);
    EXPECT_EQ(none.status, 400);
    EXPECT_EQ(none.body, R"({"error":"access_denied","error_description":)"
                         R"("The resource owner or authorization server denied the request"})");
    const auto wrong = f.get(path, "polar_crt_wrong");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(flow::body_of(wrong).string_at("error_description"), "The client does not exist on this server.");
    EXPECT_EQ(wrong.head.value("www-authenticate").substr(0, 5), "Basic");
    EXPECT_EQ(flow::body_of(f.get(path, "another")).string_at("error"), "invalid_token") << "the pre-check, §1.1";

    const std::string token(made.string_at("registration_access_token"));
    json::object update{{"client_id", "other"}, {"client_name", "B"}, {"redirect_uris", json::array{}}};
    EXPECT_EQ(send_json(f, "PUT", path, update, token).body, R"({"error":"invalid_request"})");
    update.set("client_id", made.string_at("client_id"));
    const auto updated = flow::body_of(send_json(f, "PUT", path, update, token));
    EXPECT_EQ(updated.string_at("client_uri"), "https://acme.example/") << "an optional member is kept";
    EXPECT_NE(updated.string_at("scope"), "openid email") << "a member with a default is reset";
    EXPECT_EQ(names_of(updated).front(), "client_id");
}

TEST(Registration, PolarValidatesBeforeAuthlibDoes) {
    flow f("polar");
    const auto answer = [&](const json::value& uris, bool named = true) {
        json::object asked{{"redirect_uris", uris}};
        if (named) asked.append("client_name", "a");
        return send_json(f, "POST", "/v1/oauth2/register", asked);
    };
    for (const auto* good : {"https://example.com", "http://10.1.2.3/cb", "http://app.localhost/cb",
                             "http://127.1:3000/cb", "myapp://host"}) {
        EXPECT_EQ(answer(json::array{good}).status, 201) << good;
    }
    for (const auto* bad : {"http://example.com/cb", "http://[::1]/cb", "http://localhost./cb",
                            "http://localhost.evil/cb", "http://100.64.0.1/cb", "http://192.0.0.9/cb"}) {
        EXPECT_EQ(answer(json::array{bad}).status, 422) << bad;
    }
    for (const auto* unparsed : {"com.app:/cb", "javascript:alert(1)", "https://example.com/#f"}) {
        EXPECT_EQ(answer(json::array{unparsed}).status, 400) << unparsed;
    }
    const auto unnamed = flow::body_of(answer(json::array{}, false));
    EXPECT_EQ(unnamed.string_at("error"), "RequestValidationError");
    EXPECT_EQ(*unnamed.at_pointer("/detail/0/loc/1"), json::value("client_name"));
    EXPECT_EQ(flow::body_of(answer(json::array{"http://a.example"})).at_pointer("/detail/0/loc/2")->as_integer(), 0);
}

TEST(Registration, RedirectUrisAreWrittenDownAsPydanticDoes) {
    EXPECT_EQ(normalised("https://EXAMPLE.com"), "https://example.com/");
    EXPECT_EQ(normalised("https://example.com:443/a b?c=\xc3\xa9"), "https://example.com/a%20b?c=%C3%A9");
    EXPECT_EQ(normalised("http://127.1:8080/cb"), "http://127.0.0.1:8080/cb");
    EXPECT_EQ(normalised("myapp://Host"), "myapp://Host");
}

// polar-behaviour.md §3.2, §3.3
TEST(Registration, APersonOwnsWhatTheirSessionRegisters) {
    flow f("polar");
    f.authorize({});
    const std::string set(f.last.head.value("set-cookie"));
    const auto cookie = set.substr(0, set.find(';'));
    const auto made = flow::body_of(send_json(f, "POST", "/v1/oauth2/register", acme, {}, cookie));
    const auto list = [&](const std::string& with) {
        http::request r;
        r.target = "/v1/oauth2/?limit=1";
        if (!with.empty()) r.head.append("Cookie", with);
        return f.send(std::move(r));
    };
    EXPECT_EQ(list({}).status, 401);
    const auto own = flow::body_of(list(cookie));
    ASSERT_NE(own.at_pointer("/items/0"), nullptr) << list(cookie).body;
    EXPECT_EQ(own.at_pointer("/items/0")->string_at("client_id"), made.string_at("client_id"));
    EXPECT_EQ(own.at_pointer("/pagination/total_count")->as_integer(), 1);
    EXPECT_EQ(send_json(f, "DELETE", path_of(f, made), nullptr, {}, cookie).status, 204) << "by the session alone";
    const auto token = f.tokens();
    EXPECT_EQ(send_json(f, "POST", "/v1/oauth2/register", acme, std::string(token.string_at("access_token"))).status,
              403);
}

}  // namespace
}  // namespace assay::mock
