// §6.5 of Polar's behaviour: grant_type=web, in the order of its errors.
#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::string acme = "0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01";
const std::string nowhere = "7d1f4b90-2c3e-4c86-8a1b-5e9f0d6a4c99";
const std::string live = "polar_us_test";

std::string error_body(const std::string& error, const std::string& text = {}) {
    return text.empty() ? R"({"error":")" + error + R"("})"
                        : R"({"error":")" + error + R"(","error_description":")" + text + R"("})";
}

// Only Polar itself creates clients with that grant.
void make_web_client(flow& f, const std::string& id) {
    auto c = *f.at->find_client(id);
    c.grant_types = {"web"};
    f.at->put_client(c);
    (void)signed_in_as(f);
}

http::response exchange(flow& f, oauth::form with, const std::string& query = {}) {
    make_web_client(f, "web");
    with.append("grant_type", "web");
    return f.post("/v1/oauth2/token" + query, with, f.basic);
}

polar_row exchanging(const std::string& name, const oauth::form& with, int status, std::string body,
                     unsigned in = every) {
    return {"web_" + name, [=](flow& f) { return exchange(f, with); }, status, std::move(body), no_store(), in};
}

std::vector<polar_row> refusals() {
    const auto gone = error_body("invalid_grant");
    const auto no_scope = error_body("invalid_scope", "The requested scope is invalid, unknown, or malformed.");
    const auto no_sub = error_body("invalid_request", "Missing 'sub' for organization sub_type");
    // Each request has this error and all later ones, which shows the order of the checks.
    return {
        exchanging("session_token_missing", {{"sub_type", "x"}}, 400,
                   error_body("invalid_request", "Missing 'session_token' in request.")),
        exchanging("sub_type_unknown", {{"session_token", "x"}, {"sub_type", "x"}, {"sub", "x"}, {"scope", "x"}}, 400,
                   error_body("invalid_request", "Invalid sub_type")),
        exchanging("sub_missing", {{"session_token", "x"}, {"sub_type", "organization"}, {"scope", "x"}}, 400,
                   no_sub),
        exchanging("sub_of_a_user", {{"session_token", "x"}, {"sub", "x"}, {"scope", "x"}}, 400,
                   error_body("invalid_request", "Can't specify 'sub' for user sub_type")),
        exchanging("scope_unknown",
                   {{"session_token", "x"}, {"sub_type", "organization"}, {"sub", "x"}, {"scope", "openid x"}}, 400,
                   no_scope),
        exchanging("session_unknown", {{"session_token", "x"}, {"sub_type", "organization"}, {"sub", "x"}}, 400,
                   gone),
        exchanging("sub_malformed", {{"session_token", live}, {"sub_type", "organization"}, {"sub", "x"}}, 400,
                   error_body("invalid_request", "Invalid 'sub' UUID")),
        exchanging("organization_out_of_reach",
                   {{"session_token", live}, {"sub_type", "organization"}, {"sub", nowhere}}, 400, gone),
        {"web_session_expired",
         [](flow& f) {
             (void)signed_in_as(f);
             const auto session = *f.at->tokens.find_session(live);
             f.at->advance(2678400);
             f.at->tokens.put_session("polar_us_old", session);
             return exchange(f, {{"session_token", "polar_us_old"}});
         },
         400, gone, no_store()},
    };
}

std::vector<polar_row> answers() {
    return {
        exchanging("user", {{"session_token", live}}, 200, R"(~{"token_type":"Bearer","access_token":"polar_at_u_)"),
        exchanging("user_answer_ends", {{"session_token", live}, {"sub_type", "user"}}, 200,
                   R"(~","expires_in":3600,"scope":"openid email user:read organizations:read"})"),
        exchanging("scope_of_the_client_only", {{"session_token", live}, {"scope", "openid products:read"}}, 200,
                   R"(~","expires_in":3600,"scope":"openid"})"),
        exchanging("reserved_scopes_are_known",
                   {{"session_token", live}, {"scope", "openid organization_access_tokens:read"}}, 200,
                   R"(~"scope":"openid"})"),
        exchanging("organization", {{"session_token", live}, {"sub_type", "organization"}, {"sub", acme}}, 200,
                   R"(~"access_token":"polar_at_o_)", organization_tokens),
        exchanging("limited_user", {{"session_token", live}, {"sub_type", "organization"}, {"sub", acme}}, 200,
                   R"(~"access_token":"polar_at_u_)", g2026_06_26),
        {"web_the_limit_holds",
         [](flow& f) {
             const auto t =
                 flow::body_of(exchange(f, {{"session_token", live}, {"sub_type", "organization"}, {"sub", acme}}));
             return f.post("/v1/oauth2/introspect", {{"token", std::string(t.string_at("access_token"))}}, f.basic);
         },
         200,
         R"(~"organizations":[")" + acme + R"("],)",
         {},
         g2026_06_26},
        {"web_parameters_in_the_query",
         [](flow& f) { return exchange(f, {}, "?session_token=polar_us_test&sub_type=organization&sub=x"); }, 400,
         error_body("invalid_request", "Invalid 'sub' UUID")},
        {"web_the_cookie_of_a_sign_in",
         [](flow& f) {
             (void)f.authorize({});
             const std::string cookie(f.last.head.value("set-cookie"));
             const auto session = cookie.substr(0, cookie.find(';')).substr(std::string("polar_session=").size());
             EXPECT_EQ(session.size(), 52U) << session;
             EXPECT_TRUE(session.starts_with("polar_us_")) << session;
             return exchange(f, {{"session_token", session}});
         },
         200},
    };
}

std::vector<polar_row> clients() {
    const std::string methods =
        "The client cannot authenticate with methods: ['client_secret_basic', 'client_secret_post']";
    const auto refused = error_body("invalid_client", methods);
    const headers challenge{
        {"WWW-Authenticate", "Basic error=\"invalid_client\", error_description=\"" + methods + "\""}};
    const auto ask = [](const std::string& id, oauth::form with, const std::string& authorization) {
        return [=](flow& f) {
            make_web_client(f, id);
            auto p = with;
            p.append("grant_type", "web");
            p.append("session_token", live);
            return f.post("/v1/oauth2/token", p, authorization);
        };
    };
    const auto registering = [](flow& f) {
        http::request r;
        r.method = "POST";
        r.target = "/v1/oauth2/register";
        r.head.append("Content-Type", "application/json");
        r.body = R"({"client_name":"x","redirect_uris":["https://x.example/cb"],"grant_types":["web"]})";
        return f.send(std::move(r));
    };
    return {
        {"web_by_a_public_client", ask("spa", {{"client_id", "spa"}}, ""), 401, refused, no_store(challenge)},
        {"web_with_a_wrong_secret", ask("web", {}, oauth::format_basic("web", "x")), 401, refused,
         no_store(challenge)},
        {"web_by_form", ask("post", {{"client_id", "post"}, {"client_secret", "post-secret"}}, ""), 200},
        {"web_not_of_this_client",
         [](flow& f) {
             return f.post("/v1/oauth2/token", {{"grant_type", "web"}}, f.basic);
         },
         400, error_body("unauthorized_client", "The client is not authorized to use 'grant_type=web'"), no_store()},
        {"web_is_advertised", [](flow& f) { return f.get("/.well-known/openid-configuration"); }, 200,
         R"(~"grant_types_supported":["authorization_code","refresh_token","web"],)"
         R"("token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","none"])"},
        {"web_cannot_be_registered", registering, 422, R"(~"error":"RequestValidationError")"},
    };
}

}  // namespace

std::vector<polar_row> web_grant_rows() {
    auto out = refusals();
    for (auto rows : {answers(), clients()}) {
        for (auto& row : rows) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace assay::mock::testing
