// §9 of Polar's behaviour: subjects of tokens, what a token gives access to, creating objects of an organization.
#include "oauth/jwt.hpp"
#include "tests/mock_server/dialects/polar_table.hpp"

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
// A token of ada, or with `for_acme` of her organization acme: an organization token, in later generations a limited
// one.
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

// ---- subjects

http::response introspected(flow& f, const json::value& tokens) {
    return f.post("/v1/oauth2/introspect", {{"token", std::string(tokens.string_at("access_token"))}}, f.basic);
}
json::value refreshed(flow& f, const json::value& tokens) {
    return flow::body_of(
        f.post("/v1/oauth2/token",
               {{"grant_type", "refresh_token"}, {"refresh_token", std::string(tokens.string_at("refresh_token"))}},
               f.basic));
}
json::value for_acme(flow& f, const std::string& scope = "openid email") {
    return f.tokens({{"sub_type", "organization"}, {"assay_organization", "acme"}, {"scope", scope}});
}

// The names of an ID Token's claims, in order.
http::response claims_in_order(flow& f) {
    f.at->freeze(1'700'000'000);
    const auto code = fresh_code(f);
    f.at->advance(60);
    const auto t = flow::body_of(f.redeem(code));
    const auto parts = oauth::parse_jws(std::string(t.string_at("id_token")));
    const auto claims = json::parse(parts ? parts->payload : "{}").value_or(json::value());
    http::response out;
    for (const auto& m : claims.as_object()->members) out.body += m.name + " ";
    EXPECT_EQ(claims.find("iat")->as_integer(), 1'700'000'060);
    EXPECT_EQ(claims.find("exp")->as_integer(), 1'700'003'660);
    EXPECT_EQ(claims.find("auth_time")->as_integer(), 1'700'000'000) << "when the code was made";
    EXPECT_EQ(claims.string_at("at_hash"),
              oauth::left_half_hash(std::string(t.string_at("access_token")), oauth::jws_alg::RS256));
    return out;
}

void remove_ada(flow& f) {
    EXPECT_TRUE(f.at->change_people([](people& all) {
        std::erase_if(all.users, [](const user& u) { return u.username == "ada"; });
        return result<void>();
    }));
}
// An access token of ada, who has been deleted since.
std::string orphaned(flow& f) {
    auto token = access(f);
    remove_ada(f);
    return token;
}

std::vector<polar_row> subject_rows() {
    const std::string me = "/v1/users/me/scopes";
    return {
        {"id_token_claims_in_order", claims_in_order, 200,
         "iss exp iat auth_time aud nonce at_hash sub email email_verified "},
        {"the_limit_outlives_a_refresh",
         [](flow& f) { return introspected(f, refreshed(f, for_acme(f))); },
         200,
         R"(~"organizations":[")" + acme + R"("],)",
         {},
         g2026_06_26},
        {"the_organization_outlives_a_refresh",
         [](flow& f) { return introspected(f, refreshed(f, for_acme(f))); },
         200,
         R"(~"sub_type":"organization","sub":")" + acme + R"(",)",
         {},
         organization_tokens},
        {"userinfo_of_an_organization_without_openid",
         [](flow& f) {
             return f.get("/v1/oauth2/userinfo", std::string(for_acme(f, "user:read").string_at("access_token")));
         },
         200,
         R"({"sub":")" + acme + R"("})",
         {},
         organization_tokens},
        {"users_only_later_for_users",
         [=](flow& f) { return f.get(me, access(f)); },
         200,
         "",
         {},
         g2025_10 | g2026_06_17 | g2026_06_26},
    };
}

std::vector<polar_row> deletion_rows() {
    return {
        // A deleted user is refused; the refresh token is not checked that strictly.
        {"token_of_a_person_who_is_gone", [](flow& f) { return f.get("/v1/oauth2/userinfo", orphaned(f)); }, 401,
         R"(~"error":"invalid_token")"},
        {"token_of_a_person_who_is_gone_anywhere",
         [](flow& f) { return f.get("/.well-known/jwks.json", orphaned(f)); }, 401, R"(~"error":"invalid_token")"},
        {"token_of_an_organization_that_is_gone",
         [](flow& f) {
             const std::string token(for_acme(f).string_at("access_token"));
             EXPECT_TRUE(f.at->change_people([](people& all) {
                 std::erase_if(all.organizations, [](const organization& o) { return o.slug == "acme"; });
                 return result<void>();
             }));
             return f.get("/v1/oauth2/userinfo", token);
         },
         401,
         R"(~"error":"invalid_token")",
         {},
         organization_tokens},
        {"refresh_for_a_person_who_is_gone",
         [](flow& f) {
             const auto t = user_tokens(f);
             remove_ada(f);
             return f.post(
                 "/v1/oauth2/token",
                 {{"grant_type", "refresh_token"}, {"refresh_token", std::string(t.string_at("refresh_token"))}},
                 f.basic);
         },
         200, R"(~"access_token":"polar_at_u_)"},
        // After leaving an organization a user has no access to it, whatever the token contains.
        {"membership_is_looked_at_each_time",
         [](flow& f) {
             const std::string token(for_acme(f, "organizations:read").string_at("access_token"));
             EXPECT_TRUE(f.at->change_people([](people& all) {
                 for (auto& u : all.users) std::erase(u.organizations, acme);
                 return result<void>();
             }));
             return f.get("/v1/organizations/" + acme, token);
         },
         404,
         "",
         {},
         g2026_06_26},
    };
}

std::vector<polar_row> making_rows() {
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

}  // namespace

std::vector<polar_row> resource_rows() {
    auto out = making_rows();
    for (auto rows : {subject_rows(), deletion_rows()}) {
        for (auto& row : rows) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace assay::mock::testing
