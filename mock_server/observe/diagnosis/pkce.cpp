// Mistakes with code_challenge and code_verifier (RFC 7636).
#include "oauth/pkce.hpp"

#include <array>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "mock_server/observe/diagnosis/signs.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"

namespace assay::mock {
namespace {

std::string verifier_of(const signs& s) {
    return std::string(s.body.value("code_verifier"));
}

// The code_challenge to compare: of this request, or of the authorization request before it.
std::string_view challenge_of(const signs& s) {
    if (s.of({rule::token_code_verifier_matches})) return s.note.expected;
    if (s.of({rule::authorize_code_challenge_well_formed})) return s.query.value("code_challenge");
    return {};
}

bool mismatch(const signs& s) {
    return s.of({rule::token_code_verifier_matches});
}

bool says_s256(const signs& s) {
    return s.at("authorize") && s.query.value("code_challenge_method") == "S256";
}

constexpr std::array<mistake_row, 17> table{{
    {{"padded_code_challenge", "RFC 7636 §3", "The code_challenge ends in '=': base64url with padding.",
      "Strip every trailing '=' of the code_challenge; RFC 7636 Appendix A shows the code."},
     [](const signs& s) { return contains(challenge_of(s), "="); }},
    {{"base64_code_challenge", "RFC 7636 §4.2",
      "The code_challenge holds '+', '/' or a blank: plain base64, not base64url.",
      "Encode the digest with the URL-safe alphabet: '-' for '+', '_' for '/', no '='."},
     [](const signs& s) { return challenge_of(s).find_first_of("+/ ") != std::string_view::npos; }},
    {{"hex_code_challenge", "RFC 7636 §4.2", "The code_challenge is the digest in hexadecimal.",
      "Base64url-encode the 32 raw bytes of SHA-256, not their hexadecimal text: 43 characters come out."},
     [](const signs& s) {
         const bool sent = !s.entry.refusal && says_s256(s) && s.query.value("code_challenge").size() == 64 &&
                           is_hex(s.query.value("code_challenge"));
         return sent || (mismatch(s) && http::iequals(challenge_of(s), to_hex(oauth::sha256(verifier_of(s)))));
     }},
    {{"code_challenge_of_hex_digest", "RFC 7636 §4.2",
      "The code_challenge is base64url of the digest's hexadecimal text, 86 characters.",
      "Take the digest as raw bytes (digest(), not hexdigest()) and base64url-encode those."},
     [](const signs& s) {
         return mismatch(s) && challenge_of(s) == oauth::base64url_encode(to_hex(oauth::sha256(verifier_of(s))));
     }},
    {{"code_challenge_not_hashed", "RFC 7636 §4.2",
      "The code_verifier itself was sent as code_challenge, although the method is S256.",
      "Send BASE64URL(SHA256(code_verifier)) as code_challenge, and the code_verifier only with the code."},
     [](const signs& s) {
         const auto v = verifier_of(s);
         return mismatch(s) && v.size() != 43 && challenge_of(s) == v;
     }},
    {{"code_challenge_sent_as_code_verifier", "RFC 7636 §4.5",
      "The token request carries the code_challenge where the code_verifier belongs.",
      "Keep the code_verifier with the session and send that; the code_challenge goes to the authorization endpoint "
      "alone."},
     [](const signs& s) { return mismatch(s) && challenge_of(s) == verifier_of(s); }},
    {{"code_verifier_encoded_not_hashed", "RFC 7636 §4.2",
      "The code_challenge is base64url of the code_verifier: encoded, never hashed.",
      "Hash the ASCII text of the code_verifier with SHA-256 first, then base64url-encode the digest."},
     [](const signs& s) { return mismatch(s) && challenge_of(s) == oauth::base64url_encode(verifier_of(s)); }},
    {{"code_verifier_decoded_before_hashing", "RFC 7636 §4.2",
      "The code_challenge is the digest of the decoded code_verifier, not of its text.",
      "Hash the ASCII text of the code_verifier exactly as it is sent."},
     [](const signs& s) {
         const auto raw = oauth::base64url_decode(verifier_of(s));
         return mismatch(s) && raw && challenge_of(s) == oauth::base64url_encode(oauth::sha256(*raw));
     }},
    {{"code_verifier_of_another_request", "RFC 7636 §4.6",
      "The code_verifier is well-formed but does not belong to this code's code_challenge.",
      "Keep the code_verifier per authorization request (by state); a second tab or a retry must not overwrite it."},
     [](const signs& s) { return mismatch(s); }},
    {{"code_verifier_too_short", "RFC 7636 §4.1", "The code_verifier has fewer than 43 characters.",
      "Make it of 32 random bytes, base64url-encoded: 43 characters."},
     [](const signs& s) { return s.of({rule::token_code_verifier_well_formed}) && verifier_of(s).size() < 43; }},
    {{"code_verifier_too_long", "RFC 7636 §4.1", "The code_verifier has more than 128 characters.",
      "Make it of at most 96 random bytes, base64url-encoded; 32 are enough."},
     [](const signs& s) { return s.of({rule::token_code_verifier_well_formed}) && verifier_of(s).size() > 128; }},
    {{"code_verifier_alphabet", "RFC 7636 §4.1",
      "The code_verifier holds characters that are not allowed, such as '+', '/' or '='.",
      "Use [A-Za-z0-9-._~] only; base64url without padding does."},
     [](const signs& s) { return s.of({rule::token_code_verifier_well_formed}); }},
    {{"code_challenge_method_misspelt", "RFC 7636 §4.3", "The code_challenge_method is not spelled S256.",
      "Send code_challenge_method=S256, upper case, without a hyphen."},
     [](const signs& s) { return s.of({rule::authorize_code_challenge_method_known}); }},
    {{"code_challenge_method_missing", "RFC 7636 §4.3",
      "A code_challenge without code_challenge_method means plain, and this server takes S256 only.",
      "Add code_challenge_method=S256."},
     [](const signs& s) {
         return s.of({rule::authorize_code_challenge_method_s256}) && s.query.value("code_challenge_method").empty();
     }},
    {{"code_challenge_method_plain", "RFC 9700 §2.1.1",
      "With the plain method, anyone who reads the authorization request has the code_verifier.",
      "Use code_challenge_method=S256."},
     [](const signs& s) { return s.of({rule::authorize_code_challenge_method_s256}); }},
    {{"pkce_missing", "RFC 9700 §2.1.1", "The client must use PKCE but sent no code_challenge.",
      "Send code_challenge and code_challenge_method=S256; most libraries have one switch for it."},
     [](const signs& s) {
         return s.of({rule::authorize_pkce_for_public_clients, rule::authorize_pkce_or_nonce});
     }},
    {{"code_verifier_missing", "RFC 7636 §4.5", "The token request left out the code_verifier.",
      "Send the code_verifier that was kept with the session when the code_challenge was made."},
     [](const signs& s) {
         return s.of({rule::token_code_verifier_present, rule::token_pkce_for_public_clients});
     }},
}};

}  // namespace

std::span<const mistake_row> pkce_mistakes() {
    return table;
}

}  // namespace assay::mock
