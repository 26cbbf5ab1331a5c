// §9 of Polar's behaviour: making something that belongs to an organization.
#include "tests/mock_server/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::string at = "/v1/customers/";
const std::string acme = "0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01";
const std::string globex = "7d1f4b90-2c3e-4c86-8a1b-5e9f0d6a4c02";
const std::string nowhere = "7d1f4b90-2c3e-4c86-8a1b-5e9f0d6a4c99";

http::response make(flow& f, const std::string& token, const std::string& body, const std::string& method = "POST") {
    http::request r;
    r.method = method;
    r.target = at;
    r.head.append("Authorization", "Bearer " + token);
    r.head.append("Content-Type", "application/json");
    r.body = body;
    return f.send(std::move(r));
}
std::string customer(const std::string& organization = {}) {
    return organization.empty() ? R"({"email":"c@example.com","name":"C"})"
                                : R"({"email":"c@example.com","organization_id":")" + organization + R"("})";
}
void allow_customers(flow& f) {
    auto c = *f.at->find_client("web");
    c.scope += " customers:write";
    f.at->put_client(c);
}
// Of ada's, and of her organization acme where `for_acme`: an organization token, later one that is limited.
std::string token_of(flow& f, bool for_acme, const std::string& scope = "customers:write") {
    allow_customers(f);
    oauth::form p{{"scope", scope}, {"sub_type", for_acme ? "organization" : "user"}};
    if (for_acme) p.append("assay_organization", "acme");
    return std::string(f.tokens(std::move(p)).string_at("access_token"));
}

polar_row making(const std::string& name, bool for_acme, const std::string& body, int status, std::string answer,
                 unsigned in = every) {
    return {"making_" + name,
            [=](flow& f) { return make(f, token_of(f, for_acme), body); },
            status,
            std::move(answer),
            {},
            in};
}
std::string item(const std::string& type, const std::string& text, const std::string& input) {
    return R"({"error":"PolarRequestValidationError","detail":[{"type":")" + type +
           R"(","loc":["body","organization_id"],"msg":")" + text + R"(","input":)" + input + "}]}";
}

}  // namespace

std::vector<polar_row> resource_rows() {
    const auto disallowed =
        item("organization_token", "Setting organization_id is disallowed when using an organization token.",
             '"' + acme + '"');
    const auto missing = item("missing", "organization_id is required.", "null");
    const auto not_found = [](const std::string& id) {
        return item("value_error", "Organization not found.", '"' + id + '"');
    };
    const std::string made = R"("modified_at":null,"organization_id":")" + acme + R"(","email":"c@example.com")";
    return {
        making("with_an_organization_token", true, customer(), 201, "~" + made + R"(,"name":"C"})"),
        making("with_an_organization_token_and_an_id", true, customer(acme), 422, disallowed, organization_tokens),
        making("with_a_limited_token_and_its_id", true, customer(acme), 201, "~" + made, g2026_06_26),
        making("beyond_the_limit", true, customer(globex), 422, not_found(globex), g2026_06_26),
        making("with_a_user_token", false, customer(), 422, missing),
        making("with_a_user_token_and_an_id", false, customer(acme), 201, "~" + made),
        making("with_null_for_an_id", false, R"({"email":"c@example.com","organization_id":null})", 422, missing),
        making("for_an_organization_of_nobody", false, customer(nowhere), 422, not_found(nowhere)),
        {"making_where_two_are_reached",
         [](flow& f) {
             allow_customers(f);
             const auto cookie = signed_in_as(f);
             const auto back =
                 consent(f, {{"scope", "customers:write"}},
                         {{"action", "allow"}, {"organizations", acme}, {"organizations", globex}}, cookie);
             const std::string location(back.head.value("location"));
             const auto query = oauth::parse_form(location.substr(location.find('?') + 1)).value_or(oauth::form{});
             const auto t = flow::body_of(f.redeem(std::string(query.value("code")), {{"code_verifier", ""}}));
             return make(f, std::string(t.string_at("access_token")), customer());
         },
         422,
         missing,
         {},
         g2026_06_26},
        making("without_a_member", false, "{}", 422,
               R"({"error":"RequestValidationError","detail":[{"type":"missing","loc":["body","email"],)"
               R"("msg":"Field required","input":{}}]})"),
        making("with_no_json", false, "x", 422, R"(~{"error":"RequestValidationError")"),
        making("with_no_uuid", false, customer("acme"), 422, R"(~"loc":["body","organization_id"],)"),
        {"making_without_the_scope", [](flow& f) { return make(f, token_of(f, false, "openid"), customer()); }, 403,
         R"(~{"error":"insufficient_scope",)",
         no_store({{"WWW-Authenticate", "~scope=\"customers:write\", error=\"insufficient_scope\""}})},
        {"making_without_a_token", [](flow& f) { return f.post(at, {}); }, 401,
         R"({"error":"Unauthorized","detail":"Unauthorized"})"},
        {"making_by_get", [](flow& f) { return make(f, token_of(f, false), "", "GET"); }, 405,
         R"({"detail":"Method Not Allowed"})"},
    };
}

}  // namespace assay::mock::testing
