// What is registered, and then looked through by a request.
#include <string>

#include "oauth/jwk.hpp"
#include "oauth/jwt.hpp"
#include "tests/cost/subject.hpp"

namespace assay::cost {
namespace {

const request_row rows[] = {
    {"redirect_uris of a client, another one asked for", 512, 9'000,
     [](subject& s, std::size_t n) {
         mock::client c;
         c.client_id = "many";
         for (std::size_t i = 0; i < n; ++i) c.redirect_uris.push_back("https://a.example/cb" + std::to_string(i));
         s.issuer().put_client(std::move(c));
         return s.get("/authorize?response_type=code&client_id=many&redirect_uri=" +
                      oauth::form_encode("https://a.example/cb" + std::to_string(n)));
     }},
    {"a client's keys, tried for an assertion", 16, 100,  // no client may register more
     [](subject& s, std::size_t n) {
         mock::client c;
         c.client_id = "keyed";
         c.token_endpoint_auth_method = "private_key_jwt";
         c.jwks = json::parse("{\"keys\":[" + keys(n) + "]}").value_or(json::value());
         s.issuer().put_client(std::move(c));
         const auto own = oauth::jwk::generate(oauth::jws_alg::EdDSA);
         const auto jws =
             oauth::sign_jws(
                 R"({"alg":"EdDSA"})",
                 R"({"iss":"keyed","sub":"keyed","aud":"http://127.0.0.1:9/token","exp":9999999999,"jti":"1"})",
                 oauth::jws_alg::EdDSA, *own)
                 .value_or("");
         return s.post("/token",
                       "grant_type=authorization_code&code=x&client_id=keyed&client_assertion_type=urn%3Aietf%"
                       "3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" +
                           jws);
     }},
    {"control: a journal, filtered", 64, 4'096,
     [](subject& s, std::size_t n) {
         for (std::size_t i = 0; i < n; ++i) s.send(s.get("/jwks?" + std::to_string(i)));
         return s.get("/issuers/default/journal?endpoint=token");
     },
     "strict", true},
    {"control: a client's scope", 1024, 131'072,
     [](subject& s, std::size_t n) {
         auto r = s.post("/issuers/default/clients/c",
                         R"({"redirect_uris":["https://a.example/cb"],"scope":")" + listed(n, "s", " ") + "\"}");
         r.method = "PUT";
         return r;
     },
     "strict", true},
    {"control: faults", 64, 16'384,
     [](subject& s, std::size_t n) {
         auto r = s.post("/issuers/default/faults", "[" + quoted(n, "token_status=503@1") + "]");
         r.method = "PUT";
         return r;
     },
     "strict", true},
    {"control: claims", 64, 8'192,
     [](subject& s, std::size_t n) {
         auto r = s.post("/issuers/default/claims", "[" + listed(n, R"({"claims":{"a":1,"b":)", "}},") + "}}]");
         r.method = "PUT";
         return r;
     },
     "strict", true},
    {"control: clients of an issuer", 32, 2'048,
     [](subject& s, std::size_t n) {
         return s.post("/issuers",
                       R"({"clients":[)" +
                           listed(n, R"({"redirect_uris":["https://a.example/cb"],"client_id":"c)", "\"},") +
                           "\"}]}");
     },
     "strict", true},
    {"control: users of an issuer", 32, 2'048,
     [](subject& s, std::size_t n) {
         return s.post("/issuers",
                       R"({"users":[)" + listed(n, R"({"email":"a@b.example","username":"u)", "\"},") + "\"}]}");
     },
     "strict", true},
    {"control: organizations of a user", 32, 2'048,
     [](subject& s, std::size_t n) {
         return s.post("/issuers", R"({"organizations":[)" + listed(n, R"({"name":"O","slug":"o)", "\"},") +
                                       R"("}],"users":[{"username":"u","email":"a@b.example","organizations":[)" +
                                       quoted(n, "o") + "]}]}");
     },
     "strict", true},
    {"control: tokens to mint", 64, 4'096,
     [](subject& s, std::size_t n) {
         return s.post("/issuers/default/mint/tokens",
                       R"({"client_id":"web","users":["ada"],"scope":"openid","count":)" + std::to_string(n) + "}");
     },
     "strict", true},
};

}  // namespace

std::span<const request_row> stored_rows() {
    return rows;
}

}  // namespace assay::cost
