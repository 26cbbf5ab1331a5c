#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

http::response with(flow& f, const std::string& method, const std::string& target, headers more = {},
                    std::string body = {}) {
    http::request r;
    r.method = method;
    r.target = target;
    for (auto& [name, value] : more) r.head.append(name, value);
    r.body = std::move(body);
    return f.send(std::move(r));
}

const std::string not_allowed = R"({"detail":"Method Not Allowed"})";
const std::string not_found = R"({"detail":"Not Found"})";
const std::string invalid_token =
    R"({"error":"invalid_token","error_description":"The access token provided is expired, revoked, malformed, or invalid for other reasons."})";
const headers bearer_challenge = no_store(
    {{"WWW-Authenticate",
      "Bearer realm=\"polar\", error=\"invalid_token\", error_description=\"The access token provided is expired, "
      "revoked, malformed, or invalid for other reasons.\""}});
const std::string discovery = "/.well-known/openid-configuration";

std::vector<polar_row> route_rows() {
    return {
        // Methods and paths
        {"get_token", [](flow& f) { return f.get("/v1/oauth2/token"); }, 405, not_allowed},
        {"get_revoke", [](flow& f) { return f.get("/v1/oauth2/revoke"); }, 405, not_allowed},
        {"get_introspect", [](flow& f) { return f.get("/v1/oauth2/introspect"); }, 405, not_allowed},
        {"get_consent", [](flow& f) { return f.get("/v1/oauth2/consent"); }, 405, not_allowed},
        {"get_register", [](flow& f) { return f.get("/v1/oauth2/register"); }, 405, not_allowed},
        {"post_authorize", [](flow& f) { return f.post("/v1/oauth2/authorize", {}); }, 405, not_allowed},
        {"post_discovery", [](flow& f) { return f.post(discovery, {}); }, 405, not_allowed},
        {"unknown_path", [](flow& f) { return f.get("/v1/nowhere"); }, 404, not_found},
        {"no_rfc_8414_document", [](flow& f) { return f.get("/.well-known/oauth-authorization-server"); }, 404,
         not_found},
        {"no_par", [](flow& f) { return f.post("/par", {}); }, 404, not_found},
        {"api_prefix_is_rewritten", [](flow& f) { return f.get("/api/v1/oauth2/token"); }, 405, not_allowed},
        // The length of a body
        {"chunked_body",
         [](flow& f) {
             http::request r;
             r.method = "POST";
             r.target = "/i/t/v1/oauth2/token";
             r.head.append("Transfer-Encoding", "chunked");
             auto plan = f.core.handle(r);
             return std::get<http::write_response>(plan.front().what).r;
         },
         411, R"(~{"error":"LengthRequired",)"},
        // Polar-Version
        {"version_by_default",
         [](flow& f) { return f.get(discovery); },
         200,
         "",
         {{"Polar-Version", "2026-04"}},
         g2026_06_17 | g2026_06_26},
        {"version_asked_for",
         [](flow& f) {
             return with(f, "GET", discovery, {{"Polar-Version", "2026-10"}});
         },
         200,
         "",
         {{"Polar-Version", "2026-10"}},
         g2026_06_17 | g2026_06_26},
        {"version_unknown",
         [](flow& f) {
             return with(f, "GET", discovery, {{"Polar-Version", "2020-01"}});
         },
         404,
         not_found,
         {{"Polar-Version", "2026-04"}},
         g2026_06_17 | g2026_06_26},
        {"version_before_versions",
         [](flow& f) {
             return with(f, "GET", discovery, {{"Polar-Version", "2020-01"}});
         },
         200,
         "",
         {{"Polar-Version", ""}},
         g2025_02 | g2025_10},
    };
}

// The answer to a request that was addressed to `host`.
http::response addressed(flow& f, const std::string& host, http::request r) {
    r.head.append("Host", host);
    return f.send(std::move(r));
}
polar_row at_token(const std::string& name, const std::string& host, int status, std::string body, headers h = {}) {
    return {"transport_" + name,
            [=](flow& f) {
                http::request r;
                r.method = "POST";
                r.target = "/v1/oauth2/token";
                return addressed(f, host, std::move(r));
            },
            status, std::move(body), std::move(h)};
}
polar_row at_plain_http(const std::string& name, const std::string& method, const std::string& target, int status,
                        std::string body, headers h = {}) {
    return {"transport_of_" + name,
            [=](flow& f) {
                http::request r;
                r.method = method;
                r.target = target;
                r.head.append("Cookie", signed_in_as(f));
                r.head.append("Content-Type", "application/x-www-form-urlencoded");
                r.body = "action=allow";
                return addressed(f, "mock:8080", std::move(r));
            },
            status, std::move(body), std::move(h)};
}

// §1: plain http only on this machine.
std::vector<polar_row> transport_rows() {
    const std::string insecure =
        R"({"error":"insecure_transport","error_description":"OAuth 2 MUST utilize https."})";
    const std::string passed = R"({"error":"unsupported_grant_type"})";
    return {
        at_token("localhost", "localhost:8000", 400, passed),
        at_token("any_case", "LOCALHOST:8000", 400, passed),
        at_token("ipv4_loopback", "127.0.0.1:8000", 400, passed),
        at_token("ipv6_loopback", "[::1]:8000", 400, passed),
        at_token("other_name", "mock:8080", 400, insecure, no_store({{"WWW-Authenticate", ""}})),
        at_token("no_port", "localhost", 400, insecure, no_store()),
        at_token("name_that_begins_alike", "localhost.example:8000", 400, insecure, no_store()),
        at_token("other_loopback_address", "127.0.0.2:8000", 400, insecure, no_store()),
        {"transport_by_https",
         [](flow& f) {
             f.core.set_origin("https://mock.example");
             issuer_request made;
             made.dialect = f.at->speaks().name;
             f.replace(std::move(made));
             http::request r;
             r.method = "POST";
             r.target = "/v1/oauth2/token";
             return addressed(f, "mock.example", std::move(r));
         },
         400, passed},
        // Checked before the request is read; state is not known yet.
        at_plain_http("authorize", "GET", "/v1/oauth2/authorize?response_type=token&state=s", 400, insecure,
                      no_store()),
        at_plain_http("the_page", "GET", "/oauth2/authorize?response_type=token&state=s", 400, insecure),
        at_plain_http("consent", "POST", "/v1/oauth2/consent?response_type=token&state=s", 400, insecure, no_store()),
        at_plain_http("revoke", "POST", "/v1/oauth2/revoke", 400, insecure, no_store()),
        at_plain_http("introspect", "POST", "/v1/oauth2/introspect", 400, insecure, no_store()),
        at_plain_http("register", "POST", "/v1/oauth2/register", 422, ""),
        at_plain_http("userinfo", "GET", "/v1/oauth2/userinfo", 401, R"(~"error":"Unauthorized")"),
        at_plain_http("discovery", "GET", discovery, 200, ""),
    };
}

// §1: pages of other origins may read everything, without cookies; except the page of the web application.
std::vector<polar_row> origin_rows() {
    const auto from_elsewhere = [](const std::string& method, const std::string& target) {
        return [=](flow& f) { return with(f, method, target, {{"Origin", "https://app.example"}}); };
    };
    const headers any{{"Access-Control-Allow-Origin", "*"}, {"Access-Control-Allow-Credentials", ""}};
    const headers none{{"Access-Control-Allow-Origin", ""}};
    return {
        {"origin_token", from_elsewhere("POST", "/v1/oauth2/token"), 400, "", any},
        {"origin_authorize", from_elsewhere("GET", "/v1/oauth2/authorize"), 400, "", any},
        {"origin_consent", from_elsewhere("POST", "/v1/oauth2/consent"), 401, "", any},
        {"origin_introspect", from_elsewhere("POST", "/v1/oauth2/introspect"), 401, "", any},
        {"origin_clients", from_elsewhere("GET", "/v1/oauth2/"), 401, "", any},
        {"origin_resource", from_elsewhere("GET", "/v1/customers/"), 405, "", any},
        {"origin_index", from_elsewhere("GET", "/"), 200, "", none},
        {"origin_page", from_elsewhere("GET", "/oauth2/authorize"), 400, "", none},
        {"origin_asked_for_first", from_elsewhere("OPTIONS", "/v1/customers/"), 204, "", any},
        {"no_origin", [](flow& f) { return f.get("/v1/customers/"); }, 405, "", none},
    };
}

std::vector<polar_row> cache_and_bearer_rows() {
    return {
        // Cache-Control, where an answer has none of its own
        {"discovery_cache",
         [](flow& f) { return f.get(discovery); },
         200,
         "",
         {{"Cache-Control", "private, no-store"}, {"Pragma", ""}}},
        {"jwks_cache",
         [](flow& f) { return f.get("/.well-known/jwks.json"); },
         200,
         "",
         {{"Cache-Control", "private, no-store"}}},
        {"userinfo_cache",
         [](flow& f) { return f.get("/v1/oauth2/userinfo", access(f)); },
         200,
         "",
         {{"Cache-Control", "private, no-store"}}},
        {"redirect_cache",
         [](flow& f) {
             return ask_api(f, {{"prompt", "none"}});
         },
         302,
         "",
         {{"Cache-Control", "private, no-store"}, {"Pragma", ""}}},
        // The Bearer pre-check, on every route
        {"precheck_userinfo", [](flow& f) { return f.get("/v1/oauth2/userinfo", "polar_at_u_x"); }, 401,
         invalid_token, bearer_challenge},
        {"precheck_discovery", [](flow& f) { return f.get(discovery, "polar_at_o_x"); }, 401, invalid_token,
         bearer_challenge},
        {"precheck_token",
         [](flow& f) {
             return f.post("/v1/oauth2/token", {{"grant_type", "x"}}, "Bearer polar_at_u_x");
         },
         401, invalid_token, bearer_challenge},
        {"precheck_no_such_path", [](flow& f) { return f.get("/v1/nowhere", "polar_pat_x"); }, 401, invalid_token,
         bearer_challenge},
        {"precheck_without_prefix", [](flow& f) { return f.get(discovery, "whatever"); }, 401, invalid_token,
         bearer_challenge},
        {"precheck_lets_registration_tokens_pass", [](flow& f) { return f.get(discovery, "polar_crt_x"); }, 200},
        {"precheck_live_token", [](flow& f) { return f.get(discovery, access(f)); }, 200},
        {"precheck_refresh_token", [](flow& f) { return f.get(discovery, refresh(f)); }, 401, invalid_token,
         bearer_challenge},
        {"precheck_ignores_basic",
         [](flow& f) {
             return with(f, "GET", discovery, {{"Authorization", f.basic}});
         },
         200},
    };
}

}  // namespace

std::vector<polar_row> common_rows() {
    auto out = route_rows();
    for (auto rows : {transport_rows(), origin_rows(), cache_and_bearer_rows()}) {
        for (auto& row : rows) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace assay::mock::testing
