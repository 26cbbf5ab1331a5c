// In a URL or a header field: the whole header has 32 KiB.
#include <string>

#include "oauth/jwk.hpp"
#include "oauth/jwt.hpp"
#include "tests/cost/subject.hpp"

namespace assay::cost {
namespace {

const request_row rows[] = {
    {"authorize: scope words", 128, 4096,
     [](subject& s, std::size_t n) { return authorize(s, "scope=openid+" + listed(n, "s", "+")); }},
    {"authorize: prompt values", 128, 4096,
     [](subject& s, std::size_t n) { return authorize(s, "scope=openid&prompt=" + listed(n, "p", "+")); }},
    {"authorize: ui_locales", 128, 4096,
     [](subject& s, std::size_t n) { return authorize(s, "scope=openid&ui_locales=" + listed(n, "l", "+")); }},
    {"authorize: acr_values", 128, 4096,
     [](subject& s, std::size_t n) { return authorize(s, "scope=openid&acr_values=" + listed(n, "a", "+")); }},
    {"authorize: resources", 32, 900,
     [](subject& s, std::size_t n) {
         std::string more = "scope=openid";
         for (std::size_t i = 0; i < n; ++i) more += "&resource=https%3A%2F%2Fapi.example%2F";
         return authorize(s, more);
     }},
    {"authorize: other parameters", 64, 900,
     [](subject& s, std::size_t n) { return authorize(s, "scope=openid&" + listed(n, "x=1&y", "")); }},
    {"authorize: state", 1024, 16'384,
     [](subject& s, std::size_t n) { return authorize(s, "scope=openid&x=" + std::string(n, 's')); }},
    {"authorize: claims requested", 64, 2048,
     [](subject& s, std::size_t n) {
         return authorize(
             s, "scope=openid&claims=" +
                    oauth::form_encode("{\"id_token\":{" + listed(n, "\"c\":null,\"x\":null,\"d", "\":null,") +
                                       "\":null}}"));
     }},
    {"authorize: depth of claims", 512, 16'384,
     [](subject& s, std::size_t n) { return authorize(s, "scope=openid&claims=" + std::string(n, '[')); }},
    {"authorize: authorization_details", 128, 2048,
     [](subject& s, std::size_t n) {
         return authorize(s, "scope=openid&authorization_details=" + oauth::form_encode("[" + quoted(n, "t") + "]"));
     }},
    {"authorize: request object members", 64, 1024,
     [](subject& s, std::size_t n) {
         return authorize(
             s, "request=" + oauth::sign_jws(R"({"alg":"none"})",
                                             "{\"client_id\":\"web\"" + listed(n, ",\"m\":1,\"n", "\":1") + "\":1}",
                                             oauth::jws_alg::none, oauth::jwk::from_secret("k"))
                                 .value_or(""));
     }},
    {"authorize: as a page", 128, 4096,
     [](subject& s, std::size_t n) {
         return with_field(s.get("/authorize?response_type=code&client_id=web&scope=openid&redirect_uri=http%3A%2F%"
                                 "2F127.0.0.1%3A1%2Fcb&code_challenge_method=S256&code_challenge=" +
                                 std::string(challenge) + "&state=" + listed(n, "s", "+")),
                           "Accept", "text/html");
     }},
    {"authorize: redirect_uri that is not registered", 1024, 16'384,
     [](subject& s, std::size_t n) {
         return s.get("/authorize?response_type=code&client_id=web&redirect_uri=" + std::string(n, 'x'));
     }},
    {"cookies", 128, 4096,
     [](subject& s, std::size_t n) {
         return with_field(s.get("/authorize?" + asking("scope=openid")), "Cookie", listed(n, "a=b; c", "; "));
     }},
    {"cookie fields", 128, 4096,
     [](subject& s, std::size_t n) {
         auto r = s.get("/authorize?" + asking("scope=openid"));
         for (std::size_t i = 0; i < n; ++i) r.head.append("Cookie", "c=1");
         return r;
     }},
    {"header fields", 128, 4096,
     [](subject& s, std::size_t n) {
         auto r = s.get("/userinfo");
         for (std::size_t i = 0; i < n; ++i) r.head.append("X-" + std::to_string(i), "1");
         return r;
     }},
    {"Accept", 128, 4096,
     [](subject& s, std::size_t n) { return with_field(s.get("/"), "Accept", listed(n, "a/b;q=0.", ", ")); }},
    {"Accept-Language", 128, 4096,
     [](subject& s, std::size_t n) { return with_field(s.get("/"), "Accept-Language", listed(n, "l", ", ")); }},
    {"Authorization: Basic", 1024, 16'384,
     [](subject& s, std::size_t n) {
         return with_field(s.post("/token", "grant_type=x"), "Authorization", "Basic " + std::string(n, 'A'));
     }},
    {"Authorization: Bearer", 1024, 16'384,
     [](subject& s, std::size_t n) {
         return with_field(s.get("/userinfo"), "Authorization", "Bearer " + std::string(n, 'A'));
     }},
    {"DPoP", 1024, 16'384,
     [](subject& s, std::size_t n) { return with_field(token(s, ""), "DPoP", "e30." + std::string(n, 'A') + ".x"); }},
    {"preflight: requested fields", 128, 4096,
     [](subject& s, std::size_t n) {
         auto r = with_field(with_field(s.get("/token"), "Origin", "https://a.example"),
                             "Access-Control-Request-Headers", listed(n, "x", ","));
         r.method = "OPTIONS";
         return r;
     }},
    {"path", 1024, 16'384, [](subject& s, std::size_t n) { return s.get(std::string(n, '/')); }},
    {"path below /i/", 1024, 16'384, [](subject& s, std::size_t n) { return s.get("/i/" + std::string(n, '/')); }},
    {"path below /f/, an unknown name", 16, 512,
     [](subject& s, std::size_t n) { return s.get("/f/" + std::string(n, 'x') + "/jwks"); }},
    {"path below /f/", 64, 1024,
     [](subject& s, std::size_t n) { return s.get("/f/" + std::string(n, '~') + "/jwks"); }},
    {"webfinger: relations", 64, 900,
     [](subject& s, std::size_t n) {
         return s.get("/.well-known/webfinger?resource=acct%3Aada%40127.0.0.1" + listed(n, "&rel=", ""));
     }},
    {"logout: parameters", 64, 900,
     [](subject& s, std::size_t n) { return s.get("/logout?" + listed(n, "x=1&y", "")); }},
};

}  // namespace

std::span<const request_row> header_rows() {
    return rows;
}

}  // namespace assay::cost
