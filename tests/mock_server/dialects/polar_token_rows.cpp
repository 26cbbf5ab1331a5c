#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::string token = "/v1/oauth2/token";

std::string error_body(const std::string& error, const std::string& text = {}) {
    return text.empty() ? R"({"error":")" + error + R"("})"
                        : R"({"error":")" + error + R"(","error_description":")" + text + R"("})";
}

// The redemption of a new code by client `web` with these changes; "-" removes a parameter.
polar_row redeeming(const std::string& name, oauth::form changes, int status, std::string body, headers more = {}) {
    return {name,
            [=](flow& f) {
                oauth::form p{{"grant_type", "authorization_code"},
                              {"code", fresh_code(f)},
                              {"redirect_uri", "http://127.0.0.1:1/cb"},
                              {"code_verifier", f.verifier}};
                for (const auto& [n, v] : changes.fields) {
                    if (v == "-") {
                        std::erase_if(p.fields, [&, gone = n](const auto& field) { return field.first == gone; });
                    } else {
                        p.set(n, v);
                    }
                }
                return f.post(token, p, f.basic);
            },
            status, std::move(body), no_store(std::move(more))};
}

std::vector<polar_row> form_rows() {
    const auto no_grant = error_body("unsupported_grant_type");
    return {
        redeeming("grant_type_missing", {{"grant_type", "-"}}, 400, no_grant),
        redeeming("grant_type_unknown", {{"grant_type", "password"}}, 400, no_grant),
        {"grant_type_before_client",
         [](flow& f) {
             return f.post(token, {{"grant_type", "x"}});
         },
         400, no_grant, no_store({{"WWW-Authenticate", ""}})},
        {"json_is_not_read",
         [](flow& f) {
             http::request r;
             r.method = "POST";
             r.target = token;
             r.head.append("Content-Type", "application/json");
             r.body = R"({"grant_type":"authorization_code"})";
             return f.send(std::move(r));
         },
         400, no_grant, no_store()},
        {"multipart_is_read",
         [](flow& f) {
             http::request r;
             r.method = "POST";
             r.target = token;
             r.head.append("Content-Type", "multipart/form-data; boundary=b");
             r.head.append("Authorization", f.basic);
             for (const auto& [name, value] : oauth::form{
                      {"grant_type", "authorization_code"},
                      {"code", fresh_code(f)},
                      {"redirect_uri", "http://127.0.0.1:1/cb"},
                      {"code_verifier",
                       f.verifier}}.fields) {
                 r.body += "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
             }
             r.body += "--b--\r\n";
             return f.send(std::move(r));
         },
         200, R"(~"access_token":"polar_at_u_)", no_store()},
    };
}

std::vector<polar_row> query_rows() {
    const auto no_grant = error_body("unsupported_grant_type");
    return {
        {"query_wins_over_the_form",
         [](flow& f) {
             return f.post(token + "?grant_type=nothing", {{"grant_type", "refresh_token"}}, f.basic);
         },
         400, no_grant},
        {"query_may_hold_the_grant_type",
         [](flow& f) {
             return f.post(token + "?grant_type=refresh_token", {{"refresh_token", "x"}}, f.basic);
         },
         400, error_body("invalid_grant")},
        {"query_never_holds_the_code",
         [](flow& f) {
             return f.post(token + "?code=" + fresh_code(f), {{"grant_type", "authorization_code"}}, f.basic);
         },
         400, error_body("invalid_request", "Missing 'code' in request.")},
        {"query_never_holds_the_secret",
         [](flow& f) {
             return f.post(token + "?client_secret=post-secret",
                           {{"grant_type", "authorization_code"}, {"code", fresh_code(f)}, {"client_id", "post"}});
         },
         401, R"(~"error":"invalid_client")"},
        redeeming("first_value_of_a_repeated_parameter", {{"scope", "openid"}}, 200, ""),
    };
}

polar_row authenticating(const std::string& name, oauth::form with, const std::string& authorization, int status,
                         std::string body, headers more = {}) {
    return {name,
            [=](flow& f) {
                auto p = with;
                p.append("grant_type", "authorization_code");
                p.append("code", "x");
                return f.post(token, p, authorization);
            },
            status, std::move(body), no_store(std::move(more))};
}

std::vector<polar_row> client_rows() {
    const std::string unknown = "The client does not exist on this server.";
    const std::string methods =
        "The client cannot authenticate with methods: ['client_secret_basic', 'client_secret_post', 'none']";
    const auto refused = error_body("invalid_client", methods);
    const headers challenge{
        {"WWW-Authenticate", "Basic error=\"invalid_client\", error_description=\"" + methods + "\""}};
    const headers none{{"WWW-Authenticate", ""}};
    const auto known = error_body("invalid_grant", "Invalid 'code' in request.");
    return {
        authenticating(
            "basic_unknown", {}, oauth::format_basic("nobody", "x"), 401, error_body("invalid_client", unknown),
            {{"WWW-Authenticate", "Basic error=\"invalid_client\", error_description=\"" + unknown + "\""}}),
        authenticating("form_unknown", {{"client_id", "nobody"}, {"client_secret", "x"}}, "", 400,
                       error_body("invalid_client", unknown), none),
        authenticating("none_unknown", {{"client_id", "nobody"}}, "", 400, error_body("invalid_client", unknown),
                       none),
        authenticating("basic_wrong_secret", {}, oauth::format_basic("web", "x"), 401, refused, challenge),
        authenticating("form_wrong_secret", {{"client_id", "post"}, {"client_secret", "x"}}, "", 401, refused,
                       challenge),
        authenticating("basic_for_a_post_client", {}, oauth::format_basic("post", "post-secret"), 401, refused,
                       challenge),
        authenticating("post_for_a_basic_client", {{"client_id", "web"}, {"client_secret", "web-secret"}}, "", 401,
                       refused, challenge),
        authenticating("secret_omitted", {{"client_id", "web"}}, "", 401, refused, challenge),
        authenticating("secret_of_a_public_client", {{"client_id", "spa"}, {"client_secret", "x"}}, "", 401, refused,
                       challenge),
        authenticating("nothing_sent", {}, "", 401, refused, challenge),
        authenticating("empty_secret_of_a_public_client", {{"client_id", "spa"}, {"client_secret", ""}}, "", 400,
                       known),
        authenticating("basic", {}, oauth::format_basic("web", "web-secret"), 400, known),
        authenticating("post", {{"client_id", "post"}, {"client_secret", "post-secret"}}, "", 400, known),
        authenticating("basic_comes_first", {{"client_id", "post"}, {"client_secret", "x"}},
                       oauth::format_basic("web", "web-secret"), 400, known),
        {"basic_is_form_decoded",
         [](flow& f) {
             auto c = *f.at->find_client("web");
             c.client_secret = "a b:c/%";
             f.at->put_client(c);
             return f.post(token, {{"grant_type", "authorization_code"}, {"code", "x"}},
                           oauth::format_basic("web", "a b:c/%"));
         },
         400, known, no_store()},
        {"grant_not_registered",
         [](flow& f) {
             auto c = *f.at->find_client("web");
             c.grant_types = {"authorization_code"};
             f.at->put_client(c);
             return f.post(token, {{"grant_type", "refresh_token"}, {"refresh_token", "x"}}, f.basic);
         },
         400, error_body("unauthorized_client", "The client is not authorized to use 'grant_type=refresh_token'"),
         no_store()},
    };
}

std::vector<polar_row> code_rows() {
    const auto no_code = error_body("invalid_grant", "Invalid 'code' in request.");
    const auto no_uri = error_body("invalid_grant", "Invalid 'redirect_uri' in request.");
    const auto no_verifier = error_body("invalid_request", "Missing 'code_verifier'");
    const auto again = [](std::function<void(flow&)> before) {
        return [before = std::move(before)](flow& f) {
            const auto code = fresh_code(f);
            (void)f.redeem(code);
            before(f);
            return f.redeem(code);
        };
    };
    return {
        redeeming("code_missing", {{"code", "-"}}, 400, error_body("invalid_request", "Missing 'code' in request.")),
        redeeming("code_unknown", {{"code", "polar_ac_x"}}, 400, no_code),
        {"code_replayed", again([](flow&) {}), 400, no_code, no_store()},
        {"code_of_another_client",
         [](flow& f) {
             return f.post(token, {{"grant_type", "authorization_code"},
                                   {"code", fresh_code(f)},
                                   {"client_id", "spa"},
                                   {"code_verifier", f.verifier},
                                   {"redirect_uri", "http://127.0.0.1:1/cb"}});
         },
         400, no_code, no_store()},
        {"code_lives_300_s",
         [](flow& f) {
             f.at->freeze(1'700'000'000);
             const auto code = fresh_code(f);
             f.at->advance(300);
             return f.redeem(code);
         },
         200},
        {"code_expires",
         [](flow& f) {
             f.at->freeze(1'700'000'000);
             const auto code = fresh_code(f);
             f.at->advance(301);
             return f.redeem(code);
         },
         400, no_code, no_store()},
        redeeming("redirect_uri_other", {{"redirect_uri", "http://127.0.0.1:1/x"}}, 400, no_uri),
        redeeming("redirect_uri_missing", {{"redirect_uri", "-"}}, 400, no_uri),
        {"redirect_uri_not_compared_when_omitted",
         [](flow& f) {
             (void)signed_in_as(f);
             return f.redeem(fresh_code(f, {{"redirect_uri", ""}}), {{"redirect_uri", "http://else.where/"}});
         },
         200},
        redeeming("verifier_missing", {{"code_verifier", "-"}}, 400, no_verifier),
        redeeming("verifier_short", {{"code_verifier", "short"}}, 400,
                  error_body("invalid_request", "Invalid 'code_verifier'")),
        redeeming("verifier_wrong", {{"code_verifier", "wrong-verifier-0123456789-ABCDEFGHIJ-abcdefghij"}}, 400,
                  error_body("invalid_grant", "Code challenge failed.")),
    };
}

std::vector<polar_row> verifier_rows() {
    return {
        {"verifier_without_challenge",
         [](flow& f) {
             return f.redeem(fresh_code(f, {{"code_challenge", ""}, {"code_challenge_method", ""}}));
         },
         400,
         error_body("invalid_request",
                    "The authorization request had no 'code_challenge', but a 'code_verifier' was provided.")},
        {"no_pkce_for_a_confidential_client",
         [](flow& f) {
             return f.redeem(fresh_code(f, {{"code_challenge", ""}, {"code_challenge_method", ""}}),
                             {{"code_verifier", ""}});
         },
         200},
        {"a_failed_verifier_leaves_the_code",
         [](flow& f) {
             const auto code = fresh_code(f);
             (void)f.redeem(code, {{"code_verifier", "wrong-verifier-0123456789-ABCDEFGHIJ-abcdefghij"}});
             return f.redeem(code);
         },
         200},
        {"public_client_without_challenge",
         [](flow& f) {
             const auto code =
                 fresh_code(f, {{"client_id", "spa"}, {"code_challenge", ""}, {"code_challenge_method", ""}});
             return f.post(token, {{"grant_type", "authorization_code"},
                                   {"code", code},
                                   {"client_id", "spa"},
                                   {"redirect_uri", "http://127.0.0.1:1/cb"}});
         },
         400, error_body("invalid_request", "Missing 'code_verifier'"), no_store()},
        {"the_method_is_plain_by_default",
         [](flow& f) {
             return f.redeem(fresh_code(f, {{"code_challenge", f.verifier}, {"code_challenge_method", ""}}));
         },
         200},
    };
}

std::vector<polar_row> answer_rows() {
    return {
        {"members", [](flow& f) { return f.redeem(fresh_code(f)); }, 200,
         R"(~{"token_type":"Bearer","access_token":"polar_at_u_)", no_store()},
        {"ten_days", [](flow& f) { return f.redeem(fresh_code(f)); }, 200,
         R"(~"expires_in":864000,"refresh_token":")"},
        {"no_refresh_token_where_not_registered",
         [](flow& f) {
             auto c = *f.at->find_client("web");
             c.grant_types = {"authorization_code"};
             f.at->put_client(c);
             return f.redeem(fresh_code(f));
         },
         200, R"(~"expires_in":864000,"scope":"openid email","id_token":")"},
        {"undeclared_scope_is_dropped",
         [](flow& f) {
             return f.redeem(fresh_code(f, {{"scope", "openid products:read"}}));
         },
         200, R"(~"scope":"openid","id_token")"},
        {"scope_in_the_order_asked_for",
         [](flow& f) {
             return f.redeem(fresh_code(f, {{"scope", "email openid"}}));
         },
         200, R"(~"scope":"email openid","id_token")"},
        {"no_scope_left_no_member",
         [](flow& f) {
             return f.redeem(fresh_code(f, {{"scope", "products:read"}}));
         },
         200, R"(~"expires_in":864000,"refresh_token":"polar_rt_u_)"},
    };
}

http::response refreshing(flow& f, const std::string& token_text, const std::string& scope = {}) {
    oauth::form p{{"grant_type", "refresh_token"}, {"refresh_token", token_text}};
    if (!scope.empty()) p.append("scope", scope);
    return f.post(token, p, f.basic);
}

std::vector<polar_row> refresh_rows() {
    const auto gone = error_body("invalid_grant");
    return {
        {"refresh_token_missing",
         [](flow& f) {
             return f.post(token, {{"grant_type", "refresh_token"}}, f.basic);
         },
         400, error_body("invalid_request", "Missing 'refresh_token' in request."), no_store()},
        {"refresh_token_unknown", [](flow& f) { return refreshing(f, "polar_rt_u_x"); }, 400, gone, no_store()},
        {"refresh_token_of_another_client",
         [](flow& f) {
             return f.post(token, {{"grant_type", "refresh_token"},
                                   {"refresh_token", refresh(f)},
                                   {"client_id", "post"},
                                   {"client_secret", "post-secret"}});
         },
         400, gone, no_store()},
        {"refresh_token_reused",
         [](flow& f) {
             const auto old = refresh(f);
             (void)refreshing(f, old);
             return refreshing(f, old);
         },
         400, gone, no_store()},
        {"reuse_revokes_nothing_else",
         [](flow& f) {
             const auto old = refresh(f);
             const auto next = flow::body_of(refreshing(f, old));
             (void)refreshing(f, old);
             return refreshing(f, std::string(next.string_at("refresh_token")));
         },
         200},
        {"an_hour", [](flow& f) { return refreshing(f, refresh(f)); }, 200,
         R"(~"expires_in":3600,"refresh_token":"polar_rt_u_)"},
        {"no_id_token_on_refresh", [](flow& f) { return refreshing(f, refresh(f)); }, 200,
         R"(~"scope":"openid email"})", no_store()},
        {"scope_widened", [](flow& f) { return refreshing(f, refresh(f), "openid user:read"); }, 400,
         error_body("invalid_scope", "The requested scope is invalid, unknown, or malformed."), no_store()},
        {"scope_once_narrowed_stays_so",
         [](flow& f) {
             const auto next = flow::body_of(refreshing(f, refresh(f), "openid"));
             return refreshing(f, std::string(next.string_at("refresh_token")), "openid email");
         },
         400, error_body("invalid_scope", "The requested scope is invalid, unknown, or malformed.")},
        {"refresh_token_never_expires",
         [](flow& f) {
             const auto old = refresh(f);
             f.at->advance(5LL * 365 * 86400);
             return refreshing(f, old);
         },
         200},
        {"the_old_access_token_dies",
         [](flow& f) {
             const auto pair = user_tokens(f);
             (void)refreshing(f, std::string(pair.string_at("refresh_token")));
             return f.get("/v1/oauth2/userinfo", std::string(pair.string_at("access_token")));
         },
         401, R"(~"error":"invalid_token")"},
    };
}

}  // namespace

std::vector<polar_row> token_rows() {
    std::vector<polar_row> out;
    for (auto rows :
         {form_rows(), query_rows(), client_rows(), code_rows(), verifier_rows(), answer_rows(), refresh_rows()}) {
        for (auto& row : rows) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace assay::mock::testing
