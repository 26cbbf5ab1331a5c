// §10 of Polar's behaviour: signed reports of GitHub, and their effect.
#include "mock_server/keys/keys.hpp"
#include "oauth/base64url.hpp"
#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::string at = "/v1/integrations/github/secret-scanning";

// The DER form (RFC 3279 §2.2.3) of r||s (RFC 7518 §3.4).
std::string der_of(std::string_view raw) {
    std::string numbers;
    for (auto n : {raw.substr(0, 32), raw.substr(32)}) {
        while (n.size() > 1 && n.front() == '\0' && (n[1] & 0x80) == 0) n.remove_prefix(1);
        const std::string positive = (n.front() & 0x80) != 0 ? std::string(1, '\0') : "";
        numbers += std::string{2, static_cast<char>(n.size() + positive.size())} + positive + std::string(n);
    }
    return std::string{0x30, static_cast<char>(numbers.size())} + numbers;
}

http::response report(flow& f, const std::string& body, std::string key = {}, std::string signature = {}) {
    const auto& own = development_key("ES256", "github-secret-scanning");
    if (key.empty()) key = own.thumbprint();
    if (signature.empty()) signature = oauth::base64_encode(der_of(own.sign(oauth::jws_alg::ES256, body).value()));
    http::request r;
    r.method = "POST";
    r.target = at;
    if (key != "-") r.head.append("Github-Public-Key-Identifier", key);
    if (signature != "-") r.head.append("Github-Public-Key-Signature", signature);
    r.body = body;
    return f.send(std::move(r));
}

std::string of(const std::string& type, const std::string& token) {
    return json::format(
        json::array{json::object{{"token", token}, {"type", type}, {"url", nullptr}, {"source", "content"}}});
}

polar_row refused(const std::string& name, std::function<http::response(flow&)> ask, int status, std::string body) {
    return {"scan_" + name, std::move(ask), status, std::move(body)};
}

std::vector<polar_row> refusals() {
    const auto nothing = of("polar_access_token", "x");
    const std::string invalid = R"(~{"error":"RequestValidationError","detail":[{"type":)";
    return {
        refused(
            "without_key", [=](flow& f) { return report(f, nothing, "-"); }, 422, invalid),
        refused(
            "without_signature", [=](flow& f) { return report(f, nothing, "", "-"); }, 422, invalid),
        refused(
            "unknown_key", [=](flow& f) { return report(f, nothing, "other"); }, 400,
            R"({"error":"PublicKeyNotFound","detail":"Public key with key_identifier other not found."})"),
        refused(
            "bad_signature", [=](flow& f) { return report(f, nothing, "", "AAAA"); }, 403,
            R"({"error":"InvalidSignature","detail":"Invalid signature."})"),
        refused(
            "signature_of_another_body",
            [=](flow& f) {
                const auto& own = development_key("ES256", "github-secret-scanning");
                return report(f, nothing, "",
                              oauth::base64_encode(der_of(own.sign(oauth::jws_alg::ES256, "[]").value())));
            },
            403, R"({"error":"InvalidSignature","detail":"Invalid signature."})"),
        refused(
            "no_json", [=](flow& f) { return report(f, "x"); }, 422, invalid),
        refused(
            "unknown_type", [=](flow& f) { return report(f, of("gitlab_token", "x")); }, 422, invalid),
        refused(
            "nothing_known", [=](flow& f) { return report(f, of("POLAR_ACCESS_TOKEN", "x")); }, 200,
            R"([{"token_raw":"x","token_type":"polar_access_token","label":"false_positive"}])"),
        refused(
            "get", [=](flow& f) { return f.get(at); }, 405, R"({"detail":"Method Not Allowed"})"),
    };
}

void expect_found(const http::response& r) {
    EXPECT_NE(r.body.find(R"("label":"true_positive"})"), std::string::npos) << r.body;
}

std::vector<polar_row> effects() {
    return {
        {"scan_ends_the_pair_of_an_access_token",
         [](flow& f) {
             const auto pair = user_tokens(f);
             const std::string leaked(pair.string_at("access_token"));
             expect_found(report(f, of("polar_access_token", leaked)));
             expect_found(report(f, of("polar_access_token", leaked)));  // a revoked token still counts as found
             return f.post(
                 "/v1/oauth2/token",
                 {{"grant_type", "refresh_token"}, {"refresh_token", std::string(pair.string_at("refresh_token"))}},
                 f.basic);
         },
         400, R"({"error":"invalid_grant"})"},
        {"scan_ends_the_pair_of_a_refresh_token",
         [](flow& f) {
             const auto pair = user_tokens(f);
             expect_found(report(f, of("polar_refresh_token", std::string(pair.string_at("refresh_token")))));
             return f.get("/v1/oauth2/userinfo", std::string(pair.string_at("access_token")));
         },
         401, R"(~"error":"invalid_token")"},
        {"scan_spends_a_code",
         [](flow& f) {
             const auto code = fresh_code(f);
             expect_found(report(f, of("polar_authorization_code", code)));
             return f.redeem(code);
         },
         400, R"(~"error_description":"Invalid 'code' in request.")"},
        {"scan_rotates_a_client_secret",
         [](flow& f) {
             expect_found(report(f, of("polar_client_secret", "web-secret")));
             EXPECT_TRUE(f.at->find_client("web")->client_secret.starts_with("polar_cs_"));
             return f.redeem(fresh_code(f));
         },
         401, R"(~"error":"invalid_client")"},
        {"scan_rotates_a_registration_token",
         [](flow& f) {
             auto c = *f.at->find_client("web");
             c.registration_access_token = "polar_crt_old";
             f.at->put_client(c);
             expect_found(report(f, of("polar_client_registration_token", "polar_crt_old")));
             return f.get("/v1/oauth2/register/web", "polar_crt_old");
         },
         401, R"(~"error":"invalid_client")"},
        {"scan_ends_a_session",
         [](flow& f) {
             const auto cookie = signed_in_as(f);
             expect_found(report(f, of("polar_user_session_token", "polar_us_test")));
             return ask_api(f, {}, cookie);
         },
         401, R"({"detail":"Unauthorized"})"},
    };
}

}  // namespace

std::vector<polar_row> secret_scanning_rows() {
    auto out = refusals();
    for (auto& row : effects()) out.push_back(std::move(row));
    return out;
}

}  // namespace assay::mock::testing
