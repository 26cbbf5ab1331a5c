// In a body: 1 MiB.
#include <string>

#include "tests/cost/subject.hpp"

namespace assay::cost {
namespace {

const request_row rows[] = {
    {"token: scope words", 1024, 131'072,
     [](subject& s, std::size_t n) { return token(s, "scope=" + listed(n, "s", "+")); }},
    {"token: parameters", 1024, 131'072, [](subject& s, std::size_t n) { return token(s, listed(n, "a=1&b", "")); }},
    {"token: resources", 512, 8192,
     [](subject& s, std::size_t n) { return token(s, listed(n, "&resource=https%3A%2F%2Fapi.example%2F%3F", "")); }},
    {"token: a long code", 8192, 1'000'000,
     [](subject& s, std::size_t n) { return token(s, "x=" + std::string(n, 'c')); }},
    {"token: client_assertion", 8192, 1'000'000,
     [](subject& s, std::size_t n) {
         return s.post("/token",
                       "grant_type=x&client_id=jwt&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-"
                       "assertion-type%3Ajwt-bearer&client_assertion=e30." +
                           std::string(n, 'A') + ".x");
     }},
    {"token: percent signs", 8192, 1'000'000,
     [](subject& s, std::size_t n) { return token(s, "x=" + std::string(n, '%')); }},
    {"par: parameters", 1024, 131'072,
     [](subject& s, std::size_t n) {
         return with_field(s.post("/par", asking(listed(n, "a=1&b", ""))), "Authorization",
                           "Basic d2ViOndlYi1zZWNyZXQ=");
     }},
    {"par: scope words", 1024, 131'072,
     [](subject& s, std::size_t n) {
         return with_field(s.post("/par", asking("scope=openid+" + listed(n, "s", "+"))), "Authorization",
                           "Basic d2ViOndlYi1zZWNyZXQ=");
     }},
    {"par: request object", 8192, 1'000'000,
     [](subject& s, std::size_t n) {
         return with_field(s.post("/par", "client_id=web&request=e30." + std::string(n, 'A') + ".x"), "Authorization",
                           "Basic d2ViOndlYi1zZWNyZXQ=");
     }},
    {"introspect: token", 8192, 1'000'000,
     [](subject& s, std::size_t n) {
         return with_field(s.post("/introspect", "token=" + std::string(n, 't')), "Authorization",
                           "Basic d2ViOndlYi1zZWNyZXQ=");
     }},
    {"revoke: token", 8192, 1'000'000,
     [](subject& s, std::size_t n) {
         return with_field(s.post("/revoke", "token=" + std::string(n, 't')), "Authorization",
                           "Basic d2ViOndlYi1zZWNyZXQ=");
     }},
    {"login: return_to", 8192, 1'000'000,
     [](subject& s, std::size_t n) {
         return with_field(s.post("/login", "username=ada&return_to=" + std::string(n, 'r')), "Origin",
                           "http://127.0.0.1:9");
     }},
    {"consent: subjects", 1024, 131'072,
     [](subject& s, std::size_t n) {
         return s.post("/consent?" + asking("scope=openid"), "action=allow" + listed(n, "&sub=", ""));
     }},
    {"register: scope words", 1024, 131'072,
     [](subject& s, std::size_t n) { return registration(s, ",\"scope\":\"" + listed(n, "s", " ") + "\""); }},
    {"register: redirect_uris", 512, 9'000,
     [](subject& s, std::size_t n) {
         return s.post("/register", "{\"redirect_uris\":[" + quoted(n, "https://a.example/cb") + "]}",
                       "application/json");
     }},
    {"register: members", 512, 65'536,
     [](subject& s, std::size_t n) { return registration(s, listed(n, ",\"m\":1,\"x", "\":1") + "\":1"); }},
    {"register: contacts", 512, 9'000,
     [](subject& s, std::size_t n) { return registration(s, ",\"contacts\":[" + quoted(n, "a@b") + "]"); }},
    {"register: keys", 64, 1'200,
     [](subject& s, std::size_t n) {
         return registration(
             s, ",\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks\":{\"keys\":[" + keys(n) + "]}");
     }},
    {"register: client_name", 8192, 1'000'000,
     [](subject& s, std::size_t n) { return registration(s, ",\"client_name\":\"" + std::string(n, 'n') + "\""); }},
    {"register: grant and response types", 512, 9'000,
     [](subject& s, std::size_t n) { return registration(s, ",\"grant_types\":[" + quoted(n, "g") + "]"); }},
    {"register: certificates", 64, 9'000,
     [](subject& s, std::size_t n) {
         return registration(
             s,
             R"(,"jwks":{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","x5c":[)" +
                 quoted(n, "MIIB") + "]}]}");
     }},
    {"register: depth", 8192, 1'000'000,
     [](subject& s, std::size_t n) { return registration(s, ",\"x\":" + std::string(n, '[')); }},
    {"polar: multipart parts", 64, 8192,
     [](subject& s, std::size_t n) {
         std::string body;
         for (std::size_t i = 0; i < n; ++i)
             body += "--x\r\nContent-Disposition: form-data; name=a" + std::to_string(i) + "\r\n\r\n1\r\n";
         return s.post("/v1/oauth2/token", body + "--x--", "multipart/form-data; boundary=x");
     },
     "polar"},
    {"polar: secrets to scan", 64, 8192,
     [](subject& s, std::size_t n) {
         return s.post("/v1/integrations/github/secret-scanning",
                       "[" + listed(n, "{\"token\":\"x\",\"type\":\"t\",\"url\":\"u\",\"source\":\"s\"},", "") + "0]",
                       "application/json");
     },
     "polar"},
    {"polar: organizations asked for", 64, 900,
     [](subject& s, std::size_t n) {
         return s.get(
             "/oauth2/"
             "authorize?response_type=code&client_id=web&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&sub_type="
             "organization&scope=openid" +
             listed(n, "&organizations=", ""));
     },
     "polar"},
};

}  // namespace

std::span<const request_row> body_rows() {
    return rows;
}

}  // namespace assay::cost
