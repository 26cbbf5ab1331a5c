// §3 of Polar's behaviour: registration, client management, the list of a user's own clients.
#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::string at = "/v1/oauth2/register";
const std::string denied =
    R"({"error":"access_denied","error_description":"The resource owner or authorization server denied the request"})";
const std::string unknown_text = "The client does not exist on this server.";
const std::string unknown = R"({"error":"invalid_client","error_description":")" + unknown_text + R"("})";
const headers unknown_challenge =
    no_store({{"WWW-Authenticate", "Basic error=\"invalid_client\", error_description=\"" + unknown_text + "\""}});

http::response send_json(flow& f, const std::string& method, const std::string& target, const json::value& body,
                         const headers& more = {}) {
    http::request r;
    r.method = method;
    r.target = target;
    r.head.append("Content-Type", "application/json");
    for (const auto& [name, value] : more) r.head.append(name, value);
    if (!body.is_null()) r.body = json::format(body);
    r.head.append("Content-Length", std::to_string(r.body.size()));
    return f.send(std::move(r));
}

// Valid metadata with these members changed; null removes one.
json::object metadata(const json::object& changes = {}) {
    json::object out{{"client_name", "Acme"}, {"redirect_uris", json::array{"https://acme.example/cb"}}};
    for (const auto& m : changes.members) {
        if (m.v.is_null()) {
            out.erase(m.name);
        } else {
            out.set(m.name, m.v);
        }
    }
    return out;
}

polar_row registering(const std::string& name, json::object changes, int status, std::string body = {},
                      headers h = {}, unsigned in = every) {
    return {"register_" + name,
            [changes = std::move(changes)](flow& f) { return send_json(f, "POST", at, metadata(changes)); },
            status,
            std::move(body),
            std::move(h),
            in};
}
polar_row with_uri(const std::string& name, const std::string& uri, int status, std::string body = {}) {
    return registering("uri_" + name, {{"redirect_uris", json::array{uri}}}, status, std::move(body));
}

std::vector<polar_row> uri_rows() {
    const std::string claim =
        R"({"error":"invalid_client_metadata","error_description":"Invalid claim: 'redirect_uris'"})";
    const std::string invalid = R"(~{"error":"RequestValidationError","detail":[{"type":)";
    return {
        with_uri("https", "https://example.com/cb", 201),
        with_uri("private_ipv4", "http://192.168.1.2/cb", 201),
        with_uri("documentation_ipv4", "http://203.0.113.9/cb", 201),
        with_uri("ipv4_loopback", "http://127.0.0.1:3000/cb", 201),
        with_uri("link_local_ipv4", "http://169.254.1.1/cb", 201),
        with_uri("benchmark_ipv4", "http://198.19.0.1/cb", 201),
        with_uri("reserved_ipv4", "http://240.0.0.1/cb", 201),
        with_uri("protocol_ipv4", "http://192.0.0.1/cb", 201),
        with_uri("protocol_ipv4_that_is_public", "http://192.0.0.9/cb", 422, invalid),
        with_uri("beside_private_ipv4", "http://172.32.0.1/cb", 422, invalid),
        with_uri("short_ipv4", "http://127.1/cb", 201, R"(~["http://127.0.0.1/cb"])"),
        with_uri("encoded", "https://example.com/a b\xc3\xa9", 201, R"(~["https://example.com/a%20b%C3%A9"])"),
        with_uri("localhost", "http://localhost:3000/cb", 201),
        with_uri("below_localhost", "http://app.localhost/cb", 201),
        with_uri("scheme_with_host", "myapp://host", 201),
        with_uri("bare_host_gains_a_slash", "https://example.com", 201, R"(~["https://example.com/"])"),
        with_uri("host_in_lower_case", "https://EXAMPLE.com/A", 201, R"(~["https://example.com/A"])"),
        with_uri("default_port_dropped", "https://example.com:443/a", 201, R"(~["https://example.com/a"])"),
        with_uri("http_public", "http://example.com/cb", 422, invalid),
        with_uri("http_shared_ipv4", "http://100.64.0.1/cb", 422, invalid),
        with_uri("http_ipv6_loopback", "http://[::1]/cb", 422, invalid),
        with_uri("localhost_dot", "http://localhost./cb", 422, invalid),
        with_uri("localhost_evil", "http://localhost.evil/cb", 422, invalid),
        with_uri("relative", "/cb", 422, invalid),
        with_uri("without_host", "com.app:/cb", 400, claim),
        with_uri("javascript", "javascript:alert(1)", 400, claim),
        with_uri("fragment", "https://example.com/cb#x", 400, claim),
    };
}

std::vector<polar_row> answer_rows() {
    return {
        registering(
            "answer_begins", {{"scope", "openid email"}}, 201,
            R"(~{"redirect_uris":["https://acme.example/cb"],"token_endpoint_auth_method":"client_secret_post",)"
            R"("grant_types":["authorization_code","refresh_token"],"response_types":["code"],)"
            R"("client_name":"Acme","scope":"openid email","client_id":"polar_ci_)",
            no_store()),
        registering(
            "answer_ends", {}, 201,
            R"(~,"client_secret_expires_at":0,"registration_client_uri":"http://127.0.0.1:9/i/t/v1/oauth2/register/polar_ci_)"),
        registering("public_answer_with_a_secret", {{"token_endpoint_auth_method", "none"}}, 201,
                    R"(~,"client_secret":"polar_cs_)", {}, g2025_02 | g2025_10),
        {"register_public_answer",
         [](flow& f) {
             auto r = send_json(f, "POST", at, metadata({{"token_endpoint_auth_method", "none"}}));
             EXPECT_EQ(r.body.find("client_secret\""), std::string::npos) << r.body;
             EXPECT_EQ(r.body.find("client_secret_expires_at"), std::string::npos) << r.body;
             return r;
         },
         201, R"(~,"client_id_issued_at":)", no_store(), g2026_06_17 | g2026_06_26},
        registering(
            "order_of_the_members",
            {{"policy_uri", "https://acme.example/p"},
             {"tos_uri", "https://acme.example/t"},
             {"scope", "openid"},
             {"logo_uri", "https://acme.example/l"},
             {"client_uri", "https://acme.example/c"}},
            201,
            R"(~"client_name":"Acme","client_uri":"https://acme.example/c","logo_uri":"https://acme.example/l",)"
            R"("scope":"openid","tos_uri":"https://acme.example/t","policy_uri":"https://acme.example/p",)"
            R"("client_id":"polar_ci_)"),
    };
}

std::vector<polar_row> member_rows() {
    const std::string invalid = R"(~{"error":"RequestValidationError","detail":[{"type":)";
    const auto claim = [](const std::string& name) {
        return R"({"error":"invalid_client_metadata","error_description":"Invalid claim: ')" + name + R"('"})";
    };
    return {
        registering("grant_type_other", {{"grant_types", json::array{"client_credentials"}}}, 422, invalid),
        registering("policy_uri_malformed", {{"policy_uri", "acme"}}, 422, invalid),
        registering("by_anybody_without_scope", {{"scope", nullptr}}, 201, R"(~"scope":"openid profile email )"),
        {"register_by_an_organization_token",
         [](flow& f) {
             const auto t = f.tokens({{"sub_type", "organization"}, {"assay_organization", "acme"}});
             return send_json(f, "POST", at, metadata(),
                              {{"Authorization", "Bearer " + std::string(t.string_at("access_token"))}});
         },
         201,
         "",
         {},
         organization_tokens},
        registering("no_redirect_uris", {{"redirect_uris", nullptr}}, 422, invalid),
        registering("empty_redirect_uris", {{"redirect_uris", json::array{}}}, 201),
        registering("no_name", {{"client_name", nullptr}}, 422,
                    R"(~"loc":["body","client_name"],"msg":"Field required")"),
        registering("name_no_string", {{"client_name", 1}}, 422, invalid),
        registering("method_unknown", {{"token_endpoint_auth_method", "private_key_jwt"}}, 422, invalid),
        registering("response_type_other", {{"response_types", json::array{"token"}}}, 422, invalid),
        registering("scope_unknown", {{"scope", "openid x"}}, 400, claim("scope"), no_store()),
        registering("scope_reserved", {{"scope", "organization_access_tokens:read"}}, 400, claim("scope")),
        registering("every_scope", {}, 201, R"(~member_sessions:write")"),
        registering("client_uri_no_url", {{"client_uri", "acme"}}, 400, claim("client_uri")),
        registering("client_uri_fragment", {{"client_uri", "https://acme.example/#x"}}, 400, claim("client_uri")),
        registering("client_uri_empty", {{"client_uri", ""}}, 201),
        registering("logo_uri_malformed", {{"logo_uri", "acme"}}, 422, invalid),
        registering("tos_uri_malformed", {{"tos_uri", "ftp://acme.example/"}}, 422, invalid),
        registering("policy_uri", {{"policy_uri", "https://acme.example/policy"}}, 201,
                    R"(~"policy_uri":"https://acme.example/policy","client_id":)"),
        registering("default_sub_type_unknown", {{"default_sub_type", "robot"}}, 422, invalid),
        {"register_default_sub_type_is_dropped",
         [](flow& f) {
             auto r = send_json(f, "POST", at, metadata({{"default_sub_type", "organization"}}));
             EXPECT_EQ(r.body.find("default_sub_type"), std::string::npos) << r.body;
             return r;
         },
         201},
        registering("others_are_ignored", {{"software_id", "x"}, {"contacts", json::array{"a"}}}, 201),
        registering("nul", {{"client_name", std::string("a\0b", 3)}}, 422, invalid),
        {"register_by_a_user_token",
         [](flow& f) {
             return send_json(f, "POST", at, metadata(), {{"Authorization", "Bearer " + access(f)}});
         },
         403, R"({"error":"NotPermitted","detail":"Not permitted"})"},
    };
}

// ---- management

struct registered {
    std::string path;
    std::string token;
    std::string id;
};
registered acme(flow& f, const json::object& changes = {}) {
    const auto made = flow::body_of(send_json(f, "POST", at, metadata(changes)));
    const std::string id(made.string_at("client_id"));
    return {at + "/" + id, "Bearer " + std::string(made.string_at("registration_access_token")), id};
}
http::response managing(flow& f, const std::string& method, const json::object& changes = {},
                        const json::object& update = {}) {
    const auto who = acme(f, changes);
    json::value body;
    if (method == "PUT") {
        auto sent = metadata(update);
        if (update.find("client_id") == nullptr) sent.set("client_id", who.id);
        body = std::move(sent);
    }
    return send_json(f, method, who.path, body, {{"Authorization", who.token}});
}
polar_row updating(const std::string& name, json::object before, json::object update, int status, std::string body) {
    return {"management_" + name, [=](flow& f) { return managing(f, "PUT", before, update); }, status,
            std::move(body), no_store()};
}

// The answer that `asks` gets for a client that `owner` registered in a session, with or without the client's token.
http::response owned(flow& f, const std::string& owner, const std::string& asks, bool with_token = false) {
    const auto made = flow::body_of(send_json(f, "POST", at, metadata(), {{"Cookie", signed_in_as(f, owner)}}));
    headers head{{"Cookie", signed_in_as(f, asks)}};
    if (with_token)
        head.emplace_back("Authorization", "Bearer " + std::string(made.string_at("registration_access_token")));
    return send_json(f, "GET", at + "/" + std::string(made.string_at("client_id")), nullptr, head);
}

std::vector<polar_row> management_rows() {
    return {
        {"management_without_credential", [](flow& f) { return f.get(acme(f).path); }, 400, denied, no_store()},
        {"management_of_an_unknown_client", [](flow& f) { return f.get(at + "/polar_ci_x", "polar_crt_x"); }, 401,
         unknown, unknown_challenge},
        {"management_with_a_wrong_token", [](flow& f) { return f.get(acme(f).path, "polar_crt_x"); }, 401, unknown,
         unknown_challenge},
        {"management_with_another_token", [](flow& f) { return f.get(acme(f).path, "x"); }, 401,
         R"(~"error":"invalid_token")"},
        {"management_get", [](flow& f) { return managing(f, "GET"); }, 200, R"(~{"client_id":"polar_ci_)",
         no_store()},
        {"management_get_order", [](flow& f) { return managing(f, "GET"); }, 200,
         R"(~,"client_secret_expires_at":0,"redirect_uris":["https://acme.example/cb"],)"},
        updating("client_id_of_another", {}, {{"client_id", "polar_ci_x"}}, 400, R"({"error":"invalid_request"})"),
        updating("client_id_empty", {}, {{"client_id", ""}}, 400, R"({"error":"invalid_request"})"),
        updating("optionals_are_kept", {{"client_uri", "https://acme.example/"}}, {}, 200,
                 R"(~"client_uri":"https://acme.example/")"),
        updating("defaults_are_reset", {{"scope", "openid"}, {"token_endpoint_auth_method", "client_secret_basic"}},
                 {}, 200, R"(~"token_endpoint_auth_method":"client_secret_post")"),
        updating("scope_is_reset", {{"scope", "openid"}}, {}, 200, R"(~member_sessions:write")"),
        {"management_get_of_a_public_client",
         [](flow& f) {
             auto r = managing(f, "GET", {{"token_endpoint_auth_method", "none"}});
             EXPECT_EQ(r.body.find("client_secret\""), std::string::npos) << r.body;
             return r;
         },
         200, R"(~"registration_access_token":"polar_crt_)", no_store(), g2026_06_17 | g2026_06_26},
    };
}

std::vector<polar_row> owner_and_change_rows() {
    return {
        {"management_by_the_owner", [](flow& f) { return owned(f, "ada", "ada"); }, 200,
         R"(~{"client_id":"polar_ci_)"},
        {"management_by_another_person", [](flow& f) { return owned(f, "ada", "grace"); }, 401, unknown,
         unknown_challenge},
        // A session takes precedence over a token.
        {"management_by_another_person_with_the_token", [](flow& f) { return owned(f, "ada", "grace", true); }, 401,
         unknown, unknown_challenge},
        {"management_web_cannot_be_added",
         [](flow& f) {
             return managing(f, "PUT", {}, {{"grant_types", json::array{"web"}}});
         },
         422, R"(~{"error":"RequestValidationError")"},
        {"management_put_with_the_same_token",
         [](flow& f) {
             const auto who = acme(f);
             auto update = metadata({{"client_name", "B"}, {"client_id", who.id}});
             (void)send_json(f, "PUT", who.path, update, {{"Authorization", who.token}});
             return send_json(f, "GET", who.path, nullptr, {{"Authorization", who.token}});
         },
         200, R"(~"client_name":"B")"},
        {"management_delete",
         [](flow& f) { return managing(f, "DELETE"); },
         204,
         "",
         {{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}, {"Content-Type", ""}}},
        {"management_after_delete",
         [](flow& f) {
             const auto who = acme(f);
             (void)send_json(f, "DELETE", who.path, nullptr, {{"Authorization", who.token}});
             return ask_api(f, {{"client_id", who.id}});
         },
         400, R"(~"error":"invalid_client")"},
        {"management_delete_leaves_tokens",
         [](flow& f) {
             const auto token = access(f);
             f.at->remove_client("web");
             return f.get("/v1/oauth2/userinfo", token);
         },
         200},
    };
}

std::vector<polar_row> list_rows() {
    const auto list = [](flow& f, const std::string& query) {
        const auto cookie = signed_in_as(f);
        for (const auto* name : {"first", "second"})
            (void)send_json(f, "POST", at, metadata({{"client_name", name}}), {{"Cookie", cookie}});
        http::request r;
        r.target = "/v1/oauth2/" + query;
        r.head.append("Cookie", cookie);
        return f.send(std::move(r));
    };
    return {
        {"list_without_session", [](flow& f) { return f.get("/v1/oauth2/"); }, 401, R"(~"error":"Unauthorized")"},
        {"list_by_a_user_token", [](flow& f) { return f.get("/v1/oauth2/", access(f)); }, 403,
         R"({"error":"NotPermitted","detail":"Not permitted"})"},
        {"list_shows_the_secret_of_a_public_client",
         [](flow& f) {
             const auto cookie = signed_in_as(f);
             (void)send_json(f, "POST", at, metadata({{"token_endpoint_auth_method", "none"}}), {{"Cookie", cookie}});
             http::request r;
             r.target = "/v1/oauth2/";
             r.head.append("Cookie", cookie);
             return f.send(std::move(r));
         },
         200, R"(~"client_secret":"polar_cs_)"},
        {"list_of_another_person",
         [=](flow& f) {
             (void)list(f, "");
             http::request r;
             r.target = "/v1/oauth2/";
             r.head.append("Cookie", signed_in_as(f, "grace"));
             return f.send(std::move(r));
         },
         200, R"({"items":[],"pagination":{"total_count":0,"max_page":0}})"},
        {"list_far_behind", [=](flow& f) { return list(f, "?page=9223372036854775807&limit=100"); }, 200,
         R"({"items":[],"pagination":{"total_count":2,"max_page":1}})"},
        {"list_pages", [=](flow& f) { return list(f, "?page=1&limit=1"); }, 200,
         R"(~"pagination":{"total_count":2,"max_page":2}})"},
        {"list_newest_first",
         [=](flow& f) {
             auto r = list(f, "");
             EXPECT_LT(r.body.find("\"second\""), r.body.find("\"first\"")) << r.body;
             return r;
         },
         200, R"(~{"items":[{"created_at":)"},
        {"list_shows_null", [=](flow& f) { return list(f, ""); }, 200, R"(~"tos_uri":null)"},
    };
}

}  // namespace

std::vector<polar_row> registration_rows() {
    auto out = uri_rows();
    for (auto rows : {answer_rows(), member_rows(), management_rows(), owner_and_change_rows(), list_rows()}) {
        for (auto& row : rows) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace assay::mock::testing
