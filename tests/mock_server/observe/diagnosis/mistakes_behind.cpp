// Mistakes in client authentication, at the token endpoint and with access tokens.
#include "oauth/base64url.hpp"
#include "tests/mock_server/observe/diagnosis/mistake_samples.hpp"
#include "tests/mock_server/paths.hpp"

namespace assay::mock::testing {
namespace {

void authenticate(flow& f, const std::string& authorization, oauth::form more = {}) {
    oauth::form body{{"grant_type", "authorization_code"}, {"code", "x"}};
    for (auto& one : more.fields) body.set(one.first, one.second);
    (void)f.post(testing::path_in(f.at->speaks(), "token"), body, authorization);
}

void send_body(flow& f, const std::string& content_type, const std::string& body) {
    http::request r;
    r.method = "POST";
    r.target = testing::path_in(f.at->speaks(), "token");
    r.head.append("Authorization", f.basic);
    if (!content_type.empty()) r.head.append("Content-Type", content_type);
    r.body = body;
    (void)f.send(std::move(r));
}

void grant(flow& f, const std::string& grant_type) {
    (void)f.post(testing::path_in(f.at->speaks(), "token"), {{"grant_type", grant_type}, {"code", "x"}}, f.basic);
}

void refresh(flow& f, const std::string& token, const std::string& authorization, const std::string& scope = {}) {
    oauth::form body{{"grant_type", "refresh_token"}, {"refresh_token", token}};
    if (!scope.empty()) body.append("scope", scope);
    (void)f.post(testing::path_in(f.at->speaks(), "token"), body, authorization);
}

void call_with(flow& f, const std::string& authorization, const std::string& query = {}) {
    http::request r;
    r.target = testing::path_in(f.at->speaks(), "userinfo") + query;
    if (!authorization.empty()) r.head.append("Authorization", authorization);
    (void)f.send(std::move(r));
}

std::string member(const json::value& v, std::string_view name) {
    return std::string(v.string_at(name));
}

const std::vector<sample>& client_samples() {
    static const std::vector<sample> list{
        {"client_secret_in_query",
         [](flow& f) {
             (void)f.post(testing::path_in(f.at->speaks(), "token") + "?client_secret=web-secret",
                          {{"grant_type", "authorization_code"}, {"code", "x"}, {"client_id", "web"}});
         }},
        {"basic_not_form_encoded",
         [](flow& f) {
             add_client(f, "app", "a/b%d", "client_secret_basic");
             authenticate(f, "Basic " + oauth::base64_encode("app:a/b%d"));
         }},
        {"basic_not_form_encoded",
         [](flow& f) {
             add_client(f, "app", "a+b", "client_secret_basic");
             authenticate(f, "Basic " + oauth::base64_encode("app:a+b"));
         }},
        {"basic_without_colon", [](flow& f) { authenticate(f, "Basic " + oauth::base64_encode("web-secret")); }},
        {"basic_not_base64", [](flow& f) { authenticate(f, "Basic web:web-secret"); }},
        {"authorization_repeated", [](flow& f) { authenticate(f, f.basic + ", " + f.basic); }},
        {"basic_and_body",
         [](flow& f) {
             authenticate(f, f.basic, {{"client_secret", "web-secret"}});
         }},
        {"client_id_of_another_client",
         [](flow& f) {
             authenticate(f, f.basic, {{"client_id", "post"}});
         }},
        {"public_client_sends_empty_secret", [](flow& f) { authenticate(f, oauth::format_basic("spa", "")); }},
        {"public_client_sends_secret",
         [](flow& f) {
             authenticate(f, "", {{"client_id", "spa"}, {"client_secret", "x"}});
         }},
        {"secret_in_body_instead_of_basic",
         [](flow& f) {
             authenticate(f, "", {{"client_id", "web"}, {"client_secret", "web-secret"}});
         }},
        {"basic_instead_of_secret_in_body",
         [](flow& f) { authenticate(f, oauth::format_basic("post", "post-secret")); }},
        {"client_auth_method_not_registered",
         [](flow& f) {
             authenticate(f, "",
                          {{"client_id", "web"},
                           {"client_secret", "web-secret"},
                           {"code", code(f)},
                           {"redirect_uri", "http://127.0.0.1:1/cb"},
                           {"code_verifier", f.verifier}});
         },
         "strict", "client.method_registered"},
    };
    return list;
}

const std::vector<sample>& client_secret_samples() {
    static const std::vector<sample> list{
        {"client_secret_missing",
         [](flow& f) {
             authenticate(f, "", {{"client_id", "web"}});
         }},
        {"client_not_named", [](flow& f) { authenticate(f, ""); }},
        {"client_secret_white_space", [](flow& f) { authenticate(f, oauth::format_basic("web", "web-secret\n")); }},
        {"client_secret_encoded_twice",
         [](flow& f) {
             add_client(f, "app", "a/b", "client_secret_post");
             authenticate(f, "", {{"client_id", "app"}, {"client_secret", "a%2Fb"}});
         }},
        {"client_secret_of_another_client",
         [](flow& f) { authenticate(f, oauth::format_basic("web", "post-secret")); }},
        {"client_secret_wrong", [](flow& f) { authenticate(f, oauth::format_basic("web", "guess")); }},
    };
    return list;
}

const std::vector<sample>& token_samples() {
    static const std::vector<sample> list{
        {"token_request_by_get",
         [](flow& f) {
             (void)f.get(testing::path_in(f.at->speaks(), "token") + "?grant_type=authorization_code&code=x");
         }},
        {"token_request_by_get",
         [](flow& f) {
             (void)f.get(testing::path_in(f.at->speaks(), "token") + "?grant_type=authorization_code&code=x");
         },
         "polar"},
        {"json_body", [](flow& f) { send_body(f, "application/json", "{\"grant_type\":\"authorization_code\"}"); }},
        {"json_body",
         [](flow& f) {
             http::request r;
             r.method = "POST";
             r.target = "/par";
             r.head.append("Content-Type", "application/json");
             r.body = "{}";
             (void)f.send(std::move(r));
         }},
        {"multipart_body", [](flow& f) { send_body(f, "multipart/form-data; boundary=x", "--x--"); }},
        {"content_type_missing", [](flow& f) { send_body(f, "", "grant_type=authorization_code&code=x"); }},
        {"token_parameters_in_query",
         [](flow& f) {
             (void)f.post(testing::path_in(f.at->speaks(), "token") + "?grant_type=authorization_code&code=x", {},
                          f.basic);
         }},
        {"grant_type_misspelt", [](flow& f) { grant(f, "authorizationCode"); }},
        {"password_grant", [](flow& f) { grant(f, "password"); }},
        {"grant_type_unsupported", [](flow& f) { grant(f, "urn:example:made-up"); }},
        {"grant_type_missing", [](flow& f) { grant(f, ""); }},
        {"grant_type_not_registered",
         [](flow& f) {
             add_client(f, "app", "s", "client_secret_basic");
             refresh(f, "x", oauth::format_basic("app", "s"));
         }},
    };
    return list;
}

const std::vector<sample>& code_samples() {
    static const std::vector<sample> list{
        {"code_missing", [](flow& f) { (void)f.redeem(""); }},
        {"code_used_twice",
         [](flow& f) {
             const auto one = code(f);
             (void)f.redeem(one);
             (void)f.redeem(one);
         }},
        {"code_expired",
         [](flow& f) {
             const auto one = code(f);
             f.at->advance(f.at->speaks().code_lifetime + 1);
             (void)f.redeem(one);
         }},
        {"code_of_another_client",
         [](flow& f) {
             (void)f.redeem(code(f, {{"client_id", "spa"}}));
         }},
        {"code_encoded_twice", [](flow& f) { (void)f.redeem("abc%2Fdef"); }},
        {"code_with_white_space", [](flow& f) { (void)f.redeem("abc def"); }},
        {"code_cut_out_of_url", [](flow& f) { (void)f.redeem("abc&state=s"); }},
        {"code_unknown", [](flow& f) { (void)f.redeem("abc"); }},
        {"code_verifier_without_code_challenge",
         [](flow& f) {
             (void)f.redeem(code(f, {{"code_challenge", ""}, {"code_challenge_method", ""}, {"nonce", "n-1"}}));
         }},
    };
    return list;
}

const std::vector<sample>& refresh_samples() {
    static const std::vector<sample> list{
        {"refresh_token_rotated_away",
         [](flow& f) {
             const auto old = member(f.tokens(), "refresh_token");
             refresh(f, old, f.basic);
             refresh(f, old, f.basic);
         }},
        {"refresh_token_ended",
         [](flow& f) {
             const auto old = member(f.tokens(), "refresh_token");
             f.at->tokens.pairs.revoke(*f.at->tokens.pairs.find_refresh(old), true, true);
             refresh(f, old, f.basic);
         }},
        {"refresh_token_unknown", [](flow& f) { refresh(f, "made-up", f.basic); }},
        {"access_token_as_refresh_token", [](flow& f) { refresh(f, member(f.tokens(), "access_token"), f.basic); }},
        {"refresh_token_of_another_client",
         [](flow& f) {
             client second = *f.at->find_client("web");
             second.client_id = "second";
             f.at->put_client(second);
             refresh(f, member(f.tokens(), "refresh_token"), oauth::format_basic("second", "web-secret"));
         }},
        {"refresh_scope_widened",
         [](flow& f) {
             refresh(f, member(f.tokens({{"scope", "openid"}}), "refresh_token"), f.basic, "openid email");
         }},
    };
    return list;
}

const std::vector<sample>& resource_samples() {
    static const std::vector<sample> list{
        {"bearer_in_query", [](flow& f) { call_with(f, "", "?access_token=x"); }},
        {"bearer_in_body",
         [](flow& f) {
             (void)f.post(testing::path_in(f.at->speaks(), "userinfo"), {{"access_token", "x"}});
         },
         "polar"},
        {"bearer_by_basic", [](flow& f) { call_with(f, f.basic); }},
        {"bearer_repeated", [](flow& f) { call_with(f, "Bearer abc, Bearer abc"); }},
        {"bearer_malformed", [](flow& f) { call_with(f, "Bearer a b"); }},
        {"bearer_scheme_missing", [](flow& f) { call_with(f, member(f.tokens(), "access_token")); }},
        {"bearer_missing", [](flow& f) { call_with(f, ""); }},
        {"bearer_placeholder", [](flow& f) { call_with(f, "Bearer undefined"); }},
        {"bearer_in_quotes", [](flow& f) { call_with(f, "Bearer \"abc\""); }},
        {"refresh_token_as_access_token",
         [](flow& f) { call_with(f, "Bearer " + member(f.tokens(), "refresh_token")); }},
        {"code_as_access_token", [](flow& f) { call_with(f, "Bearer " + code(f)); }},
        {"id_token_as_access_token", [](flow& f) { call_with(f, "Bearer " + member(f.tokens(), "id_token")); }},
        {"access_token_unknown", [](flow& f) { call_with(f, "Bearer abc"); }},
        {"access_token_expired",
         [](flow& f) {
             const auto token = member(f.tokens(), "access_token");
             f.at->advance(f.at->speaks().access_token_lifetime + 1);
             call_with(f, "Bearer " + token);
         }},
        {"access_token_revoked",
         [](flow& f) {
             const auto token = member(f.tokens(), "access_token");
             f.at->tokens.pairs.revoke(*f.at->tokens.pairs.find_access(token), true, true);
             call_with(f, "Bearer " + token);
         }},
        {"scope_insufficient",
         [](flow& f) {
             (void)f.get("/v1/users/benefit", member(f.tokens({{"scope", "openid"}}), "access_token"));
         },
         "polar"},
    };
    return list;
}

}  // namespace

std::vector<sample> back_channel_samples() {
    std::vector<sample> out;
    for (const auto* list : {&client_samples(), &client_secret_samples(), &token_samples(), &code_samples(),
                             &refresh_samples(), &resource_samples()})
        out.insert(out.end(), list->begin(), list->end());
    return out;
}

}  // namespace assay::mock::testing
