#include "oauth/pkce.hpp"

#include <algorithm>

#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/sha256.hpp"

namespace assay::oauth {
namespace {

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

}  // namespace

bool is_code_verifier(std::string_view text) {
    return text.size() >= 43 && text.size() <= 128 && std::all_of(text.begin(), text.end(), is_unreserved);
}

std::string s256_challenge(std::string_view code_verifier) {
    const auto digest = sha256_of(code_verifier);
    return base64url_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

bool challenge_matches(std::string_view method, std::string_view code_challenge, std::string_view code_verifier) {
    // An absent challenge must not match an absent verifier.
    if (code_challenge.empty() || code_verifier.empty()) return false;
    if (method == "S256") return equal_constant_time(s256_challenge(code_verifier), code_challenge);
    if (method == "plain") return equal_constant_time(code_verifier, code_challenge);
    return false;
}

std::string random_code_verifier() {
    return base64url_encode(random_bytes(32));
}

}  // namespace assay::oauth
