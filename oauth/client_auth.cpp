#include "oauth/client_auth.hpp"

#include <algorithm>

#include "data/text.hpp"
#include "oauth/base64url.hpp"
#include "oauth/form.hpp"

namespace assay::oauth {
namespace {

// What follows "scheme 1*SP" (RFC 9110 §11.4), or nothing when the header has another scheme.
std::string_view after_scheme(std::string_view header, std::string_view scheme) {
    if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return {};
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        if (to_lower(header[i]) != scheme[i]) return {};
    }
    header.remove_prefix(scheme.size());
    header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
    return header;
}

bool is_b64token(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~+/").find(c) != std::string_view::npos;
    });
}

}  // namespace

std::string format_basic(std::string_view client_id, std::string_view client_secret) {
    return "Basic " + base64_encode(form_encode(client_id) + ":" + form_encode(client_secret));
}

result<basic_credentials> parse_basic(std::string_view header_value) {
    const auto rest = after_scheme(header_value, "basic");
    if (rest.empty()) return fail(errc::malformed, "the Authorization header does not say 'Basic' and base64 text");
    auto text = base64_decode(rest);
    if (!text) return fail(text.error());
    const auto colon = text->find(':');
    if (colon == std::string::npos)
        return fail(errc::malformed, "Basic credentials hold no colon between client_id and client_secret");
    auto id = form_decode(std::string_view(*text).substr(0, colon));
    if (!id) return fail(id.error());
    auto secret = form_decode(std::string_view(*text).substr(colon + 1));
    if (!secret) return fail(secret.error());
    return basic_credentials{std::move(*id), std::move(*secret)};
}

result<std::string> parse_bearer(std::string_view header_value) {
    const auto rest = after_scheme(header_value, "bearer");
    if (!is_b64token(rest))
        return fail(errc::malformed, "the Authorization header does not say 'Bearer' and one token");
    return std::string(rest);
}

}  // namespace assay::oauth
