#include "oauth/jwt.hpp"
#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::string revoke = "/v1/oauth2/revoke";
const std::string introspect = "/v1/oauth2/introspect";
const std::string userinfo = "/v1/oauth2/userinfo";
const std::string inactive = R"({"active":false})";
const std::string ada = "6f0f3c0e-1b7d-4e0a-9c55-2a8d3e4f5b11";
const std::string acme = "0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01";

http::response about(flow& f, const std::string& path, const std::string& token, const std::string& hint = {}) {
    oauth::form p{{"token", token}};
    if (!hint.empty()) p.append("token_type_hint", hint);
    return f.post(path, p, f.basic);
}

// Rows that revocation and introspection share.
std::vector<polar_row> shared_rows(const std::string& name, const std::string& path) {
    const std::string methods =
        "The client cannot authenticate with methods: ['client_secret_basic', 'client_secret_post']";
    const auto refused = R"({"error":"invalid_client","error_description":")" + methods + R"("})";
    const headers challenge =
        no_store({{"WWW-Authenticate", "Basic error=\"invalid_client\", error_description=\"" + methods + "\""}});
    return {
        {name + "_without_token", [=](flow& f) { return f.post(path, {}, f.basic); }, 400,
         R"({"error":"invalid_request"})", no_store()},
        {name + "_with_an_unknown_hint", [=](flow& f) { return about(f, path, "x", "id_token"); }, 401,
         R"({"error":"unsupported_token_type"})", no_store({{"WWW-Authenticate", ""}})},
        {name + "_by_a_public_client",
         [=](flow& f) {
             return f.post(path, {{"token", "x"}, {"client_id", "spa"}});
         },
         401, refused, challenge},
        {name + "_with_a_wrong_secret",
         [=](flow& f) {
             return f.post(path, {{"token", "x"}}, oauth::format_basic("web", "x"));
         },
         401, refused, challenge},
        {name + "_by_the_other_method",
         [=](flow& f) {
             return f.post(path, {{"token", "x"}, {"client_id", "web"}, {"client_secret", "web-secret"}});
         },
         200},
    };
}

std::vector<polar_row> revocation_rows() {
    auto out = shared_rows("revoke", revoke);
    for (auto& row : std::vector<polar_row>{
             {"revoke_unknown", [](flow& f) { return about(f, revoke, "x"); }, 200, "{}", no_store()},
             {"revoke_known", [](flow& f) { return about(f, revoke, access(f)); }, 200, "{}", no_store()},
             {"revoke_of_another_client",
              [](flow& f) {
                  return f.post(revoke, {{"token", access(f)}}, oauth::format_basic("post", "post-secret"));
              },
              400, R"({"error":"invalid_grant"})", no_store()},
             {"revoke_with_the_wrong_hint_finds_nothing",
              [](flow& f) {
                  const auto token = access(f);
                  (void)about(f, revoke, token, "refresh_token");
                  return f.get(userinfo, token);
              },
              200},
             {"revoking_the_access_token_ends_the_refresh_token",
              [](flow& f) {
                  const auto pair = user_tokens(f);
                  (void)about(f, revoke, std::string(pair.string_at("access_token")), "access_token");
                  return f.post("/v1/oauth2/token",
                                {{"grant_type", "refresh_token"},
                                 {"refresh_token", std::string(pair.string_at("refresh_token"))}},
                                f.basic);
              },
              400, R"({"error":"invalid_grant"})"},
             {"revoking_the_refresh_token_ends_the_access_token",
              [](flow& f) {
                  const auto pair = user_tokens(f);
                  (void)about(f, revoke, std::string(pair.string_at("refresh_token")));
                  return f.get(userinfo, std::string(pair.string_at("access_token")));
              },
              401, R"(~"error":"invalid_token")"},
             {"revocation_leaves_consent",
              [](flow& f) {
                  (void)about(f, revoke, access(f));
                  return ask_api(f, {}, signed_in_as(f));
              },
              302},
         }) {
        out.push_back(std::move(row));
    }
    return out;
}

std::vector<polar_row> introspection_rows() {
    auto out = shared_rows("introspect", introspect);
    const auto body = [](const std::string& organizations) {
        return R"("scope":"openid email","sub_type":"user","sub":")" + ada + R"(",)" + organizations +
               R"("aud":"web","iss":"http://127.0.0.1:9/i/t","exp":)";
    };
    for (auto& row : std::vector<polar_row>{
             {"introspect_unknown", [](flow& f) { return about(f, introspect, "x"); }, 200, inactive, no_store()},
             {"introspect_active", [](flow& f) { return about(f, introspect, access(f)); }, 200,
              R"(~{"active":true,"client_id":"web","token_type":"Bearer",)" + body(""), no_store(),
              organization_tokens},
             {"introspect_active_with_organizations", [](flow& f) { return about(f, introspect, access(f)); }, 200,
              R"(~{"active":true,"client_id":"web","token_type":"Bearer",)" + body(R"("organizations":[],)"),
              no_store(), g2026_06_26},
             {"introspect_a_refresh_token", [](flow& f) { return about(f, introspect, refresh(f)); }, 200,
              R"(~"token_type":"Bearer")"},
             {"introspect_of_another_client",
              [](flow& f) {
                  return f.post(introspect, {{"token", access(f)}}, oauth::format_basic("post", "post-secret"));
              },
              200, inactive},
             {"introspect_with_the_wrong_hint",
              [](flow& f) { return about(f, introspect, access(f), "refresh_token"); }, 200, inactive},
             {"introspect_expired",
              [](flow& f) {
                  const auto token = access(f);
                  f.at->advance(864001);
                  return about(f, introspect, token);
              },
              200, inactive},
             {"introspect_a_refresh_token_whose_access_half_expired",
              [](flow& f) {
                  const auto token = refresh(f);
                  f.at->advance(864001);
                  return about(f, introspect, token);
              },
              200, inactive},
         }) {
        out.push_back(std::move(row));
    }
    return out;
}

std::vector<polar_row> userinfo_rows() {
    const std::string unauthorized = R"({"error":"Unauthorized","detail":"Unauthorized"})";
    const headers challenge{{"WWW-Authenticate", "Bearer realm=\"polar\""}};
    const auto late = [](flow& f) {
        const auto token = access(f);
        f.at->advance(864001);
        return f.get(userinfo, token);
    };
    return {
        {"userinfo_without_token", [](flow& f) { return f.get(userinfo); }, 401, unauthorized, challenge},
        {"userinfo_with_a_token_in_the_query", [](flow& f) { return f.get(userinfo + "?access_token=" + access(f)); },
         401, unauthorized, challenge},
        {"userinfo_with_a_token_in_the_form",
         [](flow& f) {
             return f.post(userinfo, {{"access_token", access(f)}});
         },
         401, unauthorized, challenge},
        {"userinfo_by_basic", [](flow& f) { return f.post(userinfo, {}, f.basic); }, 401, unauthorized, challenge},
        {"userinfo_get", [](flow& f) { return f.get(userinfo, access(f)); }, 200,
         R"({"sub":")" + ada + R"(","email":"ada@example.com","email_verified":true})"},
        {"userinfo_post", [](flow& f) { return f.post(userinfo, {}, "Bearer " + access(f)); }, 200},
        {"userinfo_needs_no_scope",
         [](flow& f) {
             return f.get(userinfo, access(f, {{"scope", "user:read"}}));
         },
         200, R"({"sub":")" + ada + R"("})"},
        {"userinfo_expired_was_taken", late, 200, "", {}, g2025_02 | g2025_10},
        {"userinfo_expired", late, 401, R"(~"error":"invalid_token")", {}, g2026_06_17 | g2026_06_26},
        {"userinfo_of_an_organization",
         [](flow& f) {
             const auto t = f.tokens({{"sub_type", "organization"}, {"assay_organization", "acme"}});
             return f.get(userinfo, std::string(t.string_at("access_token")));
         },
         200,
         R"({"sub":")" + acme + R"(","name":"acme"})",
         {},
         organization_tokens},
    };
}

// ---- the metadata, the keys and the ID Token

http::response id_token_part(flow& f, bool header, oauth::form changes = {}) {
    const auto parts = oauth::parse_jws(std::string(user_tokens(f, std::move(changes)).string_at("id_token")));
    http::response out;
    out.body = !parts ? "" : header ? parts->header_json : parts->payload;
    return out;
}

std::vector<polar_row> document_rows() {
    const std::string url = "http://127.0.0.1:9/i/t";
    return {
        {"metadata_endpoints",
         [](flow& f) { return f.get("/.well-known/openid-configuration"); },
         200,
         R"(~{"issuer":")" + url + R"(","authorization_endpoint":")" + url +
             R"(/oauth2/authorize","token_endpoint":")" + url + R"(/v1/oauth2/token","jwks_uri":")" + url +
             R"(/.well-known/jwks.json","registration_endpoint":")" + url + R"(/v1/oauth2/register",)",
         {{"Content-Type", "application/json"}}},
        {"metadata_scopes",
         [](flow& f) {
             auto r = f.get("/.well-known/openid-configuration");
             const auto m = flow::body_of(r);
             EXPECT_EQ(m.find("scopes_supported")->as_array()->size(), 61U);
             std::string names;
             for (const auto& one : m.as_object()->members) names += one.name + " ";
             EXPECT_EQ(names,
                       "issuer authorization_endpoint token_endpoint jwks_uri registration_endpoint scopes_supported "
                       "response_types_supported response_modes_supported grant_types_supported "
                       "token_endpoint_auth_methods_supported service_documentation revocation_endpoint "
                       "revocation_endpoint_auth_methods_supported introspection_endpoint "
                       "introspection_endpoint_auth_methods_supported code_challenge_methods_supported "
                       "userinfo_endpoint subject_types_supported id_token_signing_alg_values_supported "
                       "claims_supported ");
             return r;
         },
         200, R"(~"response_types_supported":["code"],"response_modes_supported":["query"],"grant_types_supported")"},
        {"metadata_neighbours", [](flow& f) { return f.get("/.well-known/openid-configuration"); }, 200,
         R"(~_auth_methods_supported":["client_secret_basic","client_secret_post"],"code_challenge_methods_supported":["plain","S256"],)"},
        {"metadata_lists", [](flow& f) { return f.get("/.well-known/openid-configuration"); }, 200,
         R"(~"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"],"claims_supported":["sub","name","email","email_verified"])"},
        {"metadata_order", [](flow& f) { return f.get("/.well-known/openid-configuration"); }, 200,
         R"(~"none"],"service_documentation":"https://polar.sh/docs","revocation_endpoint":")"},
        {"jwks_members_begin", [](flow& f) { return f.get("/.well-known/jwks.json"); }, 200, R"(~{"keys":[{"n":")"},
        {"jwks_members_end", [](flow& f) { return f.get("/.well-known/jwks.json"); }, 200,
         R"(~","e":"AQAB","kty":"RSA","kid":"polar_dev"}]})"},
        {"id_token_header", [](flow& f) { return id_token_part(f, true); }, 200, R"({"typ":"JWT","alg":"RS256"})"},
        {"id_token_begins", [](flow& f) { return id_token_part(f, false); }, 200,
         R"(~{"iss":"http://127.0.0.1:9/i/t","exp":)"},
        {"id_token_nonce_is_null", [](flow& f) { return id_token_part(f, false); }, 200,
         R"(~"aud":["web"],"nonce":null,"at_hash":")"},
        {"id_token_nonce",
         [](flow& f) {
             return id_token_part(f, false, {{"nonce", "n"}});
         },
         200, R"(~"aud":["web"],"nonce":"n","at_hash":")"},
        {"id_token_ends",
         [](flow& f) {
             return id_token_part(f, false, {{"scope", "openid profile email"}});
         },
         200, R"(~","sub":")" + ada + R"(","email":"ada@example.com","email_verified":true})"},
    };
}

// ---- subjects

http::response as_organization(flow& f, const std::string& path, const std::string& scope) {
    const auto t = f.tokens({{"sub_type", "organization"}, {"assay_organization", "acme"}, {"scope", scope}});
    return f.get(path, std::string(t.string_at("access_token")));
}

std::vector<polar_row> subject_rows() {
    const std::string unauthorized = R"({"error":"Unauthorized","detail":"Unauthorized"})";
    const headers challenge{{"WWW-Authenticate", "Bearer realm=\"polar\""}};
    const std::string organizations = "/v1/organizations/";
    const auto later = g2025_10 | g2026_06_17;
    return {
        {"organization_token_prefix",
         [](flow& f) {
             (void)f.authorize({{"sub_type", "organization"}, {"assay_organization", "acme"}});
             return f.redeem(std::string(
                 f.authorize({{"sub_type", "organization"}, {"assay_organization", "acme"}}).value("code")));
         },
         200,
         R"(~"access_token":"polar_at_o_)",
         {},
         organization_tokens},
        {"limited_user_token_prefix",
         [](flow& f) {
             return f.redeem(std::string(
                 f.authorize({{"sub_type", "organization"}, {"assay_organization", "acme"}}).value("code")));
         },
         200,
         R"(~"access_token":"polar_at_u_)",
         {},
         g2026_06_26},
        {"users_only_for_organizations", [](flow& f) { return as_organization(f, "/v1/users/benefit", "user:read"); },
         401, unauthorized, challenge, g2025_02},
        {"users_only_later_for_organizations",
         [](flow& f) { return as_organization(f, "/v1/users/me/scopes", "user:read"); }, 401, unauthorized, challenge,
         later},
        {"users_only_for_users",
         [](flow& f) {
             return f.get("/v1/users/benefit", access(f, {{"scope", "user:read"}}));
         },
         200,
         "",
         {},
         g2025_02},
        {"benefit_is_gone",
         [](flow& f) { return f.get("/v1/users/benefit", access(f)); },
         404,
         R"({"detail":"Not Found"})",
         {},
         g2025_10 | g2026_06_17 | g2026_06_26},
        {"any_one_acceptable_scope_is_enough",
         [=](flow& f) {
             auto c = *f.at->find_client("web");
             c.scope += " organizations:write";
             f.at->put_client(c);
             return f.get(organizations + acme, access(f, {{"scope", "organizations:write"}}));
         },
         200},
        {"scope_missing_at_a_resource", [=](flow& f) { return f.get(organizations + acme, access(f)); }, 403,
         R"({"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token."})",
         no_store({{"WWW-Authenticate",
                    "Bearer realm=\"polar\", scope=\"organizations:read organizations:write\", "
                    "error=\"insufficient_scope\", error_description=\"The request requires higher privileges than "
                    "provided by the access token.\""}})},
    };
}

std::vector<polar_row> reach_rows() {
    const std::string organizations = "/v1/organizations/";
    const std::string globex = "7d1f4b90-2c3e-4c86-8a1b-5e9f0d6a4c02";
    return {
        {"organization_of_its_token",
         [=](flow& f) { return as_organization(f, organizations + acme, "organizations:read"); }, 200},
        {"another_organization",
         [=](flow& f) { return as_organization(f, organizations + globex, "organizations:read"); }, 404},
        {"every_organization_of_an_unlimited_user",
         [=](flow& f) {
             return f.get(organizations + globex, access(f, {{"scope", "organizations:read"}}));
         },
         200},
        {"introspection_shows_the_limit",
         [](flow& f) {
             const auto t = f.tokens({{"sub_type", "organization"}, {"assay_organization", "acme"}});
             return about(f, introspect, std::string(t.string_at("access_token")));
         },
         200,
         R"(~"sub_type":"user","sub":")" + ada + R"(","organizations":[")" + acme + R"("],)",
         {},
         g2026_06_26},
        {"default_is_organization",
         [](flow& f) { return f.redeem(std::string(f.authorize({}).value("code"))); },
         200,
         R"(~"access_token":"polar_at_o_)",
         {},
         g2025_10},
        {"default_is_user",
         [](flow& f) { return f.redeem(std::string(f.authorize({}).value("code"))); },
         200,
         R"(~"access_token":"polar_at_u_)",
         {},
         g2025_02 | g2026_06_17 | g2026_06_26},
    };
}

}  // namespace

std::vector<polar_row> neighbour_rows() {
    std::vector<polar_row> out;
    for (auto rows :
         {revocation_rows(), introspection_rows(), userinfo_rows(), document_rows(), subject_rows(), reach_rows()}) {
        for (auto& row : rows) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace assay::mock::testing
