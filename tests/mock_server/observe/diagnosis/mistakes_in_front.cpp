// Mistakes that show at the authorization endpoint, and those with PKCE and redirect_uri.
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "tests/mock_server/observe/diagnosis/mistake_samples.hpp"
#include "tests/mock_server/paths.hpp"

namespace assay::mock::testing {
namespace {

// A code for `challenge`, redeemed with `verifier`.
void prove_with(flow& f, const std::string& challenge, const std::string& verifier) {
    (void)f.redeem(code(f, {{"code_challenge", challenge}}), {{"code_verifier", verifier}});
}

void call_back_to(flow& f, const std::string& uri) {
    add_client(f, "app", "", "none");
    (void)f.authorize({{"client_id", "app"}, {"redirect_uri", uri}});
}

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char ch : bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += digits[static_cast<unsigned char>(ch) >> 4U];
        out += digits[static_cast<unsigned char>(ch) & 15U];
    }
    return out;
}

const std::string good = oauth::base64url_encode(std::string(32, 'v'));

const std::vector<sample>& pkce_samples() {
    static const std::vector<sample> list{
        {"padded_code_challenge",
         [](flow& f) {
             f.authorize({{"code_challenge", oauth::s256_challenge(good) + "="}});
         }},
        {"base64_code_challenge",
         [](flow& f) {
             f.authorize({{"code_challenge", "+/" + oauth::s256_challenge(good).substr(2)}});
         }},
        {"hex_code_challenge",
         [](flow& f) {
             f.authorize({{"code_challenge", hex(oauth::sha256(good))}});
         }},
        {"hex_code_challenge", [](flow& f) { prove_with(f, hex(oauth::sha256(good)), good); }},
        {"code_challenge_of_hex_digest",
         [](flow& f) { prove_with(f, oauth::base64url_encode(hex(oauth::sha256(good))), good); }},
        {"code_challenge_not_hashed", [](flow& f) { prove_with(f, f.verifier, f.verifier); }},
        {"code_challenge_sent_as_code_verifier",
         [](flow& f) { prove_with(f, oauth::s256_challenge(good), oauth::s256_challenge(good)); }},
        {"code_verifier_encoded_not_hashed", [](flow& f) { prove_with(f, oauth::base64url_encode(good), good); }},
        {"code_verifier_decoded_before_hashing",
         [](flow& f) { prove_with(f, oauth::base64url_encode(oauth::sha256(std::string(32, 'v'))), good); }},
        {"code_verifier_of_another_request", [](flow& f) { prove_with(f, oauth::s256_challenge(f.verifier), good); }},
        {"code_verifier_too_short", [](flow& f) { prove_with(f, oauth::s256_challenge("short"), "short"); }},
        {"code_verifier_too_long",
         [](flow& f) { prove_with(f, oauth::s256_challenge(good), std::string(129, 'a')); }},
        {"code_verifier_alphabet", [](flow& f) { prove_with(f, oauth::s256_challenge(good), good + "="); }},
        {"code_challenge_method_misspelt",
         [](flow& f) {
             f.authorize({{"code_challenge_method", "s256"}});
         }},
        {"code_challenge_method_missing",
         [](flow& f) {
             f.authorize({{"code_challenge_method", ""}});
         }},
        {"code_challenge_method_plain",
         [](flow& f) {
             f.authorize({{"code_challenge_method", "plain"}});
         }},
        {"pkce_missing",
         [](flow& f) {
             f.authorize({{"client_id", "spa"}, {"code_challenge", ""}, {"code_challenge_method", ""}});
         }},
        {"code_verifier_missing",
         [](flow& f) {
             (void)f.redeem(code(f), {{"code_verifier", ""}});
         }},
    };
    return list;
}

const std::vector<sample>& redirect_uri_samples() {
    static const std::vector<sample> list{
        {"redirect_uri_missing_at_token",
         [](flow& f) {
             (void)f.redeem(code(f), {{"redirect_uri", ""}});
         },
         "polar"},
        {"redirect_uri_missing",
         [](flow& f) {
             f.authorize({{"redirect_uri", ""}});
         },
         "polar"},
        {"redirect_uri_encoded_twice", [](flow& f) { call_back_to(f, "https%3A%2F%2Fapp.example%2Fcb"); }},
        {"redirect_uri_trailing_slash", [](flow& f) { call_back_to(f, "https://app.example/cb/"); }},
        {"redirect_uri_trailing_slash",
         [](flow& f) {
             (void)f.redeem(code(f), {{"redirect_uri", "http://127.0.0.1:1/cb/"}});
         }},
        {"redirect_uri_case", [](flow& f) { call_back_to(f, "https://app.example/CB"); }},
        {"redirect_uri_scheme", [](flow& f) { call_back_to(f, "http://app.example/cb"); }},
        {"redirect_uri_loopback_name", [](flow& f) { call_back_to(f, "http://localhost:1/cb"); }},
        {"redirect_uri_www", [](flow& f) { call_back_to(f, "https://www.app.example/cb"); }},
        {"redirect_uri_port", [](flow& f) { call_back_to(f, "https://app.example:8443/cb"); }},
        {"redirect_uri_fragment", [](flow& f) { call_back_to(f, "https://app.example/cb#done"); }},
        {"redirect_uri_query", [](flow& f) { call_back_to(f, "https://app.example/cb?next=/"); }},
        {"redirect_uri_below_registered", [](flow& f) { call_back_to(f, "https://app.example/cb/home"); }},
        {"redirect_uri_path", [](flow& f) { call_back_to(f, "https://app.example/auth"); }},
        {"redirect_uri_not_registered", [](flow& f) { call_back_to(f, "https://evil.example/"); }},
    };
    return list;
}

const std::vector<sample>& authorization_samples() {
    static const std::vector<sample> list{
        {"client_id_placeholder",
         [](flow& f) {
             f.authorize({{"client_id", "undefined"}});
         }},
        {"client_id_white_space",
         [](flow& f) {
             f.authorize({{"client_id", "web\n"}});
         }},
        {"client_id_unknown",
         [](flow& f) {
             f.authorize({{"client_id", "webb"}});
         }},
        {"parameter_names_camel_cased",
         [](flow& f) {
             (void)f.get(testing::path_in(f.at->speaks(), "authorize") + "?clientId=web&responseType=code");
         }},
        {"client_id_missing",
         [](flow& f) {
             f.authorize({{"client_id", ""}});
         }},
        {"parameter_not_decoded",
         [](flow& f) {
             (void)f.get("/authorize?client_id=web&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&state=%zz");
         }},
        {"parameter_repeated",
         [](flow& f) {
             f.authorize({{"scope", "openid"}, {"scope", "email"}});
         }},
        {"implicit_grant",
         [](flow& f) {
             f.authorize({{"response_type", "id_token token"}});
         }},
    };
    return list;
}

const std::vector<sample>& request_samples() {
    static const std::vector<sample> list{
        {"response_type_misspelt",
         [](flow& f) {
             f.authorize({{"response_type", "Code"}});
         }},
        {"response_type_missing",
         [](flow& f) {
             f.authorize({{"response_type", ""}});
         }},
        {"scope_missing",
         [](flow& f) {
             f.authorize({{"scope", ""}});
         }},
        {"scope_separated_by_commas",
         [](flow& f) {
             f.authorize({{"scope", "openid,email"}});
         }},
        {"scope_is_json",
         [](flow& f) {
             f.authorize({{"scope", "[\"openid\"]"}});
         }},
        {"scope_encoded_twice",
         [](flow& f) {
             f.authorize({{"scope", "openid%20email"}});
         }},
        {"scope_not_registered",
         [](flow& f) {
             add_client(f, "app", "", "none");
             f.authorize({{"client_id", "app"}, {"scope", "openid email"}});
         }},
        {"scope_unknown",
         [](flow& f) {
             f.authorize({{"scope", "openid everything"}});
         }},
        {"nonce_reused",
         [](flow& f) {
             f.authorize({{"nonce", "n"}});
             f.authorize({{"nonce", "n"}});
         }},
        {"double_slash_in_path", [](flow& f) { (void)f.get("//oauth2/token"); }},
        {"endpoint_guessed", [](flow& f) { (void)f.get("/connect/token"); }},
        {"state_missing",
         [](flow& f) {
             f.authorize({{"state", ""}});
         }},
        {"code_challenge_missing",
         [](flow& f) {
             f.authorize({{"code_challenge", ""}, {"code_challenge_method", ""}, {"nonce", "n-1"}});
         }},
    };
    return list;
}

}  // namespace

std::vector<sample> front_channel_samples() {
    std::vector<sample> out;
    for (const auto* list : {&pkce_samples(), &redirect_uri_samples(), &authorization_samples(), &request_samples()})
        out.insert(out.end(), list->begin(), list->end());
    return out;
}

}  // namespace assay::mock::testing
