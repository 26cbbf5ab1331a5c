// docs/control-api.openapi.yaml against the code: the same routes, and every answer fits its schema.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>

#include "data/yaml.hpp"
#include "mock_server/control/control.hpp"
#include "mock_server/control/routes.hpp"
#include "oauth/grant_types.hpp"
#include "tests/mock_server/flow.hpp"
#include "tests/support/json_schema.hpp"

namespace assay::mock {
namespace {

json::value description() {
    const auto d = yaml::read_file(ASSAY_SOURCE_DIR "/docs/control-api.openapi.yaml");
    EXPECT_TRUE(d) << d.error().text();
    auto v = yaml::as_json(*d, d->root);
    EXPECT_TRUE(v) << v.error().text();
    return v ? *v : json::value();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

// The schema with the components added, where the validator looks for them.
tests::json_schema schema_of(const json::value& document, const json::value& shape) {
    json::object whole = *shape.as_object();
    whole.append("$defs", *document.at_pointer("/components/schemas"));
    const auto text = replaced(json::format(whole), "#/components/schemas/", "#/$defs/");
    return tests::json_schema(json::parse(text).value());
}

const json::value* resolved(const json::value& document, const json::value* v) {
    const auto* ref = v != nullptr ? v->find("$ref") : nullptr;
    return ref == nullptr ? v : document.at_pointer(ref->as_string()->substr(1));
}

// The operations as "get /issuers".
std::map<std::string, const json::value*> operations(const json::value& document) {
    std::map<std::string, const json::value*> out;
    for (const auto& path : document.find("paths")->as_object()->members) {
        for (const auto& one : path.v.as_object()->members) {
            if (one.name != "parameters") out.emplace(one.name + " " + path.name, &one.v);
        }
    }
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

TEST(OpenApi, HasTheRoutesOfTheCodeAndNoOther) {
    const auto document = description();
    std::set<std::string> described;
    std::set<std::string> served;
    for (const auto& [name, operation] : operations(document)) described.insert(name);
    for (const auto& r : control::routes()) served.insert(lower(r.method) + " " + std::string(r.path));
    EXPECT_EQ(described, served);
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
    const auto document = description();
    const auto text = json::format(document);
    const std::string mark = R"("$ref":")";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const auto from = at + mark.size();
        const auto pointer = text.substr(from, text.find('"', from) - from);
        EXPECT_NE(document.at_pointer(pointer.substr(1)), nullptr) << pointer;
    }
}

// One request in the words of the description.
struct example {
    std::string operation;  // "post /issuers/{issuer}/clients"
    std::string target;
    std::string body{};
    int status = 200;
};

// In this order: later requests need what earlier ones created.
const std::vector<example> examples{
    {"get /health", "/health"},
    {"get /metrics", "/metrics"},
    {"get /openapi.yaml", "/openapi.yaml"},
    {"get /dialects", "/dialects"},
    {"get /faults", "/faults"},
    {"get /rules", "/rules"},
    {"get /orphans", "/orphans"},
    {"delete /orphans", "/orphans", {}, 204},
    {"post /issuers", "/issuers",
     R"({"name": "mine", "dialect": "strict", "sign_in": "auto", "ttl_s": 60, "journal": 10, "now": 1700000000,
             "clients": [{"client_id": "app", "client_secret": "s3cret", "redirect_uris": ["http://localhost/cb"], "roles": ["robot"]}],
             "faults": ["id_token_aud_wrong"], "any_user": true, "isolated": true, "any_loopback_redirect_uri": true, "seed": "s", "signing_algs": ["ES256"],
             "organizations": [{"slug": "lab", "sso_enforced": true}], "users": [{"username": "r", "organizations": ["lab"], "manages": ["lab"],
                        "session_organizations": ["lab"], "roles": ["admin"], "groups": ["staff"]}],
             "claims": [{"claims": {"tier": "gold"}, "user": "r"}]})",
     201},
    {"post /issuers", "/issuers", R"({"name": "mine"})", 409},
    {"post /issuers", "/issuers", R"({"nmae": "mine"})", 400},
    {"post /issuers/{issuer}/reset", "/issuers/mine/reset"},
    {"post /issuers/{issuer}/reset", "/issuers/nobody/reset", {}, 404},
    {"get /issuers", "/issuers"},
    {"get /issuers/{issuer}", "/issuers/mine"},
    {"get /issuers/{issuer}", "/issuers/nobody", {}, 404},
    {"post /issuers/{issuer}/clients", "/issuers/t/clients", R"({"client_name": "made", "lifetimes": {"code": 5}})",
     201},
    {"post /issuers/{issuer}/clients", "/issuers/t/clients", R"({"redirect_uris": "no list"})", 400},
    {"post /issuers/{issuer}/clients", "/issuers/t/clients", R"({"client_id": "web"})", 409},
    {"get /issuers/{issuer}/clients", "/issuers/t/clients"},
    {"get /issuers/{issuer}/clients/{client_id}", "/issuers/t/clients/web"},
    {"put /issuers/{issuer}/clients/{client_id}", "/issuers/t/clients/web", R"({"client_name": "renamed"})"},
    {"delete /issuers/{issuer}/clients/{client_id}", "/issuers/t/clients/post", {}, 204},
    {"delete /issuers/{issuer}/clients/{client_id}", "/issuers/t/clients/post", {}, 404},
    {"get /issuers/{issuer}/users", "/issuers/t/users"},
    {"post /issuers/{issuer}/users", "/issuers/t/users", R"({"username": "someone"})", 201},
    {"post /issuers/{issuer}/users", "/issuers/t/users", R"({"username": "someone"})", 409},
    {"post /issuers/{issuer}/users", "/issuers/t/users", R"({"username": 7})", 400},
    {"get /issuers/{issuer}/users/{username}", "/issuers/t/users/someone"},
    {"get /issuers/{issuer}/users/{username}", "/issuers/t/users/nobody", {}, 404},
    {"put /issuers/{issuer}/users/{username}", "/issuers/t/users/someone",
     R"({"username": "someone", "name": "Some One"})"},
    {"delete /issuers/{issuer}/users/{username}", "/issuers/t/users/someone", {}, 204},
    {"put /issuers/{issuer}/claims", "/issuers/t/claims",
     R"([{"claims": {"tier": "gold"}, "user": "ada", "client_id": "web", "scope": "email", "in": ["userinfo"]}])"},
    {"put /issuers/{issuer}/claims", "/issuers/t/claims", R"([{"claims": {"aud": "x"}}])", 400},
    {"get /issuers/{issuer}/claims", "/issuers/t/claims"},
    {"delete /issuers/{issuer}/consents", "/issuers/t/consents?client_id=web&user=ada", {}, 204},
    {"delete /issuers/{issuer}/consents", "/issuers/t/consents?client_id=web&user=grace", {}, 404},
    {"delete /issuers/{issuer}/consents", "/issuers/t/consents?client_id=nobody&user=ada", {}, 400},
    {"get /issuers/{issuer}/devices", "/issuers/t/devices"},
    {"get /issuers/{issuer}/devices/{user_code}", "/issuers/t/devices/USER-CODE"},
    {"get /issuers/{issuer}/devices/{user_code}", "/issuers/t/devices/NONE", {}, 404},
    {"post /issuers/{issuer}/devices/{user_code}", "/issuers/t/devices/USER-CODE",
     R"({"decision": "allow", "user": "ada", "answers": ["slow_down"]})"},
    {"post /issuers/{issuer}/devices/{user_code}", "/issuers/t/devices/USER-CODE", R"({"decision": "perhaps"})", 400},
    {"get /issuers/{issuer}/organizations", "/issuers/t/organizations"},
    {"post /issuers/{issuer}/organizations", "/issuers/t/organizations", R"({"slug": "club"})", 201},
    {"post /issuers/{issuer}/organizations", "/issuers/t/organizations", R"({"slug": "club"})", 409},
    {"post /issuers/{issuer}/organizations", "/issuers/t/organizations", R"({"slug": 7})", 400},
    {"get /issuers/{issuer}/organizations/{slug}", "/issuers/t/organizations/club"},
    {"get /issuers/{issuer}/organizations/{slug}", "/issuers/t/organizations/nobody", {}, 404},
    {"put /issuers/{issuer}/organizations/{slug}", "/issuers/t/organizations/club",
     R"({"slug": "club", "name": "Some One"})"},
    {"delete /issuers/{issuer}/organizations/{slug}", "/issuers/t/organizations/club", {}, 204},
    {"put /issuers/{issuer}/faults", "/issuers/t/faults",
     R"([{"fault": "token_status", "status": 503, "nth": "2-4", "per": "client"}, "token_status=500@3",
             {"defect": "token.code_single_use", "probability": 0.5, "seed": "s"}])"},
    {"put /issuers/{issuer}/faults", "/issuers/t/faults", R"(["token_statu"])", 400},
    {"post /issuers/{issuer}/faults", "/issuers/t/faults", R"({"defect": "token.code_single_use"})"},
    {"get /issuers/{issuer}/faults", "/issuers/t/faults"},
    {"delete /issuers/{issuer}/faults", "/issuers/t/faults?fault=token_status%3D500%403", {}, 204},
    {"delete /issuers/{issuer}/faults", "/issuers/t/faults?fault=token_status%3D500%403", {}, 404},
    {"delete /issuers/{issuer}/faults", "/issuers/t/faults?fault=%7Bdefect", {}, 400},
    {"delete /issuers/{issuer}/faults", "/issuers/t/faults?fault=", {}, 404},
    {"delete /issuers/{issuer}/faults", "/issuers/t/faults", {}, 204},
    {"post /issuers/{issuer}/mint", "/issuers/t/mint", R"({"client_id": "spa", "count": 3, "users": ["ada"]})", 201},
    {"post /issuers/{issuer}/mint", "/issuers/t/mint", R"({"client_id": "nobody"})", 400},
    {"post /issuers/{issuer}/mint/tokens", "/issuers/t/mint/tokens",
     R"({"client_id": "spa", "count": 3, "users": ["ada"]})", 201},
    {"post /issuers/{issuer}/mint/tokens", "/issuers/t/mint/tokens",
     R"({"client_id": "web", "claims": {"tenant": "t-1"}, "auth_time": 1700000000,
         "id_token": {"nonce": "n", "claims": {"tier": "gold"}}})",
     201},
    {"post /issuers/{issuer}/mint/tokens", "/issuers/t/mint/tokens", R"({"client_id": "web", "id_token": true})",
     201},
    {"post /issuers/{issuer}/mint/tokens", "/issuers/t/mint/tokens", R"({"client_id": "nobody"})", 400},
    {"get /issuers/{issuer}/clock", "/issuers/t/clock"},
    {"post /issuers/{issuer}/clock", "/issuers/t/clock", R"({"advance_s": 60})"},
    {"post /issuers/{issuer}/clock", "/issuers/t/clock", R"({"advance": 60})", 400},
    {"get /issuers/{issuer}/keys", "/issuers/t/keys"},
    {"post /issuers/{issuer}/keys", "/issuers/t/keys", R"({"keep_old": true})"},
    {"get /issuers/{issuer}/journal", "/issuers/t/journal?after=0&limit=100&endpoint=token"},
    {"get /issuers/{issuer}/journal", "/issuers/t/journal?after=soon", {}, 400},
    {"get /issuers/{issuer}/journal.har", "/issuers/t/journal.har"},
    {"get /issuers/{issuer}/journal/events", "/issuers/t/journal/events?after=0"},
    {"delete /issuers/{issuer}/journal", "/issuers/t/journal", {}, 204},
    {"delete /issuers/{issuer}", "/issuers/mine", {}, 204},
};

void expect_shape(const json::value& document, const json::value* media, const std::string& body,
                  const std::string& where) {
    const auto* shape = media != nullptr ? media->at_pointer("/application~1json/schema") : nullptr;
    if (shape == nullptr) return;
    const auto v = json::parse(body);
    ASSERT_TRUE(v) << where << ": " << body;
    for (const auto& finding : schema_of(document, *shape).validate(*v)) ADD_FAILURE() << where << finding;
}

TEST(OpenApi, AnswersFitTheirShapes) {
    const auto document = description();
    const auto all = operations(document);
    testing::flow f("strict");
    (void)f.tokens();
    (void)f.redeem("no-such-code");
    auto web = *f.at->find_client("web");
    web.grant_types.emplace_back(oauth::device_code_grant);
    f.at->put_client(std::move(web));
    const auto device = testing::flow::body_of(f.post("/device_authorization", {{"scope", "openid"}}, f.basic));
    const std::string user_code(device.string_at("user_code"));
    ASSERT_FALSE(user_code.empty());
    std::set<std::string> seen;
    for (const auto& e : examples) {
        const auto space = e.operation.find(' ');
        http::request r;
        r.method = e.operation.substr(0, space);
        std::transform(r.method.begin(), r.method.end(), r.method.begin(),
                       [](unsigned char c) { return std::toupper(c); });
        r.target = e.target;
        if (const auto hole = r.target.find("USER-CODE"); hole != std::string::npos)
            r.target.replace(hole, std::string_view("USER-CODE").size(), user_code);
        r.body = e.body;
        const auto got = std::get<http::write_response>(handle_control(f.core, r).front().what).r;
        EXPECT_EQ(got.status, e.status) << e.operation << ": " << got.body;
        const auto found = all.find(e.operation);
        ASSERT_NE(found, all.end()) << e.operation;
        seen.insert(e.operation);
        const auto* promised = found->second->find("responses")->find(std::to_string(got.status));
        ASSERT_NE(promised, nullptr) << e.operation << " does not list " << got.status;
        expect_shape(document, resolved(document, promised)->find("content"), got.body,
                     fmt::format("{} {}: ", e.operation, got.status));
        const auto* asked = found->second->at_pointer("/requestBody/content");
        EXPECT_EQ(e.body.empty(), asked == nullptr) << e.operation;
        if (!e.body.empty() && e.status < 300) expect_shape(document, asked, e.body, e.operation + " asks: ");
    }
    for (const auto& one : all) EXPECT_TRUE(seen.contains(one.first)) << one.first << " has no example here";
}

TEST(OpenApi, TheMockServesIt) {
    testing::flow f("strict");
    http::request r;
    r.target = "/openapi.yaml";
    const auto got = std::get<http::write_response>(handle_control(f.core, r).front().what).r;
    EXPECT_TRUE(yaml::parse(got.body, "served"));
    EXPECT_NE(got.body.find("openapi: 3.1.0"), std::string::npos);
}

}  // namespace
}  // namespace assay::mock
