// Every number of the control API at and beyond its ends: accepted or refused in a sentence, and what was accepted
// still works.
#include <set>
#include <string>
#include <vector>

#include "data/yaml.hpp"
#include "mock_server/control/control.hpp"
#include "mock_server/pages/describe.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

const std::vector<std::string> extremes{"0",
                                        "-1",
                                        "1",
                                        "1e18",
                                        "1000000000000000000",
                                        "2147483648",
                                        "4294967296",
                                        "253402300799",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "9223372036854775808",
                                        "18446744073709551616",
                                        "1e308",
                                        "-1e308",
                                        "1e400",
                                        "0.5",
                                        "\"NaN\"",
                                        "\"9223372036854775807\"",
                                        "\"\"",
                                        "null",
                                        "true",
                                        "[]",
                                        "{}"};

http::response asked(mock& core, const std::string& method, const std::string& target, const std::string& body = {}) {
    http::request r;
    r.method = method;
    r.target = target;
    r.body = body;
    return std::get<http::write_response>(handle_control(core, r).front().what).r;
}

struct number_row {
    const char* schema;  // of docs/control-api.openapi.yaml; empty: a parameter of the query
    const char* name;
    const char* method;
    const char* target;
    const char* body;  // with % in the place of the number
};

const std::vector<number_row>& number_rows() {
    static const std::vector<number_row> table{
        {"IssuerRequest", "now", "POST", "/issuers", R"({"name": "made", "now": %})"},
        {"IssuerRequest", "ttl_s", "POST", "/issuers", R"({"name": "made", "ttl_s": %})"},
        {"IssuerRequest", "journal", "POST", "/issuers", R"({"name": "made", "journal": %})"},
        {"Lifetimes", "code", "PUT", "/issuers/t/clients/web",
         R"({"redirect_uris": ["http://127.0.0.1:1/cb"], "lifetimes": {"code": %}})"},
        {"Lifetimes", "access_token", "PUT", "/issuers/t/clients/web",
         R"({"redirect_uris": ["http://127.0.0.1:1/cb"], "lifetimes": {"access_token": %}})"},
        {"Lifetimes", "id_token", "PUT", "/issuers/t/clients/web",
         R"({"redirect_uris": ["http://127.0.0.1:1/cb"], "lifetimes": {"id_token": %}})"},
        {"Lifetimes", "refresh_token", "PUT", "/issuers/t/clients/web",
         R"({"redirect_uris": ["http://127.0.0.1:1/cb"], "lifetimes": {"refresh_token": %}})"},
        {"FaultSpec", "nth", "PUT", "/issuers/t/faults", R"([{"fault": "token_status", "at": "token", "nth": %}])"},
        {"FaultSpec", "after", "PUT", "/issuers/t/faults", R"([{"fault": "jwks_status", "after": %}])"},
        {"FaultSpec", "every", "PUT", "/issuers/t/faults", R"([{"fault": "jwks_status", "every": %}])"},
        {"FaultSpec", "probability", "PUT", "/issuers/t/faults",
         R"([{"fault": "jwks_status", "probability": %, "seed": "s"}])"},
        {"ClockMove", "advance_s", "POST", "/issuers/t/clock", R"({"advance_s": %})"},
        {"ClockMove", "now", "POST", "/issuers/t/clock", R"({"now": %})"},
        {"MintRequest", "count", "POST", "/issuers/t/mint", R"({"client_id": "web", "count": %})"},
        {"MintTokensRequest", "count", "POST", "/issuers/t/mint/tokens", R"({"client_id": "web", "count": %})"},
        {"MintTokensRequest", "auth_time", "POST", "/issuers/t/mint/tokens",
         R"({"client_id": "web", "auth_time": %, "id_token": true})"},
        {"", "after", "GET", "/issuers/t/journal?after=%", ""},
        {"", "limit", "GET", "/issuers/t/journal?limit=%", ""},
        {"", "after", "GET", "/issuers/t/journal.har?after=%", ""},
        {"", "limit", "GET", "/issuers/t/journal.har?limit=%", ""},
    };
    return table;
}

std::string with(const char* text, const std::string& number) {
    std::string out(text);
    const auto at = out.find('%');
    return at == std::string::npos ? out : out.replace(at, 1, number);
}

// 400 with a sentence, or a success after which the issuer signs in, issues tokens and accepts them.
void expect_sense(const number_row& row, const std::string& number) {
    SCOPED_TRACE(std::string(row.name) + " of " + row.target + ": " + number);
    testing::flow f("strict");
    const auto got = asked(f.core, row.method, with(row.target, number), with(row.body, number));
    if (got.status == 400) {
        EXPECT_GT(testing::flow::body_of(got).string_at("message").size(), 10U) << got.body;
        return;
    }
    EXPECT_EQ(got.status / 100, 2) << got.body.substr(0, 500);
    EXPECT_EQ(asked(f.core, "GET", "/issuers").status, 200);
    EXPECT_EQ(asked(f.core, "GET", "/metrics").status, 200);
    if (std::string(row.target) == "/issuers" && number != "0") {
        const auto made = asked(f.core, "GET", "/issuers/made");
        EXPECT_EQ(made.status, 200) << made.body;
        EXPECT_LE(testing::flow::body_of(made).find("now")->as_integer().value_or(0), 253'402'300'799);
    }
    if (std::string(row.target).find("/faults") != std::string::npos) {
        for (int n = 0; n < 3; ++n) f.get("/jwks");
        return;
    }
    const auto tokens = f.tokens();
    ASSERT_NE(tokens.find("access_token"), nullptr) << json::format(tokens);
    EXPECT_EQ(f.get("/userinfo", std::string(tokens.string_at("access_token"))).status, 200) << json::format(tokens);
}

TEST(ControlNumbers, OfEveryMemberMakeSense) {
    for (const auto& row : number_rows()) {
        for (const auto& number : extremes) expect_sense(row, number);
    }
}

TEST(ControlNumbers, AreAllInTheTable) {
    const auto d = yaml::read_file(ASSAY_SOURCE_DIR "/docs/control-api.openapi.yaml");
    ASSERT_TRUE(d) << d.error().text();
    const auto document = yaml::as_json(*d, d->root).value();
    std::set<std::string> described, known;
    for (const auto& row : number_rows()) known.insert(std::string(row.schema) + "." + row.name);
    const auto note = [&](const std::string& name, const json::value& shape) {
        const auto text = json::format(shape);
        if (text.find("\"integer\"") != std::string::npos || text.find("\"number\"") != std::string::npos)
            described.insert(name);
    };
    for (const char* schema : {"IssuerRequest", "ClientRequest", "Lifetimes", "FaultSpec", "ClockMove", "MintRequest",
                               "MintTokensRequest", "Rotation", "UserRequest", "OrganizationRequest", "ClaimRow"}) {
        const auto* shape = document.at_pointer(std::string("/components/schemas/") + schema);
        ASSERT_NE(shape, nullptr) << schema;
        const auto* members = shape->find("properties");
        if (members == nullptr) members = shape->at_pointer("/anyOf/1/properties");
        for (const auto& m : members->as_object()->members) note(std::string(schema) + "." + m.name, m.v);
    }
    for (const auto& m : document.at_pointer("/components/parameters")->as_object()->members) note("." + m.name, m.v);
    EXPECT_EQ(known, described);
}

TEST(ControlNumbers, OfEveryFaultAreAcceptedOrRefusedInASentence) {
    testing::flow f("strict");
    std::size_t tried = 0;
    const auto vocabulary = describe_faults();
    for (const auto& fault : *vocabulary.as_array()) {
        const std::string name(fault.string_at("name"));
        for (const auto& parameter : fault.find("parameters")->as_object()->members) {
            if (parameter.v.is_string()) continue;
            for (const auto& number : extremes) {
                const auto got = asked(f.core, "PUT", "/issuers/t/faults",
                                       "[{\"fault\": \"" + name + "\", \"" + parameter.name + "\": " + number + "}]");
                EXPECT_TRUE(got.status == 200 || got.status == 400) << name << " " << number << got.body;
                ++tried;
            }
        }
    }
    EXPECT_GT(tried, 500U);
}

}  // namespace
}  // namespace assay::mock
