// Mistakes with redirect_uri: compared by simple string comparison (RFC 9700 §2.1), so every character counts.
#include <algorithm>
#include <array>
#include <cctype>

#include "http/url.hpp"
#include "mock_server/observe/diagnosis/signs.hpp"

namespace assay::mock {
namespace {

struct pair_of_urls {
    std::string_view sent_text;
    std::string_view known_text;
    http::url sent;
    http::url known;
};

// Whether the URI that was sent differs from one of the expected ones in exactly that way.
bool differs_in(const signs& s, bool (*way)(const pair_of_urls&)) {
    if (!s.of({rule::authorize_redirect_uri_registered, rule::token_redirect_uri_matches})) return false;
    constexpr std::string_view either = " or ";
    std::string_view rest = s.note.expected;
    const auto sent = http::parse_url(s.note.got);
    while (sent && !rest.empty()) {
        const auto end = std::min(rest.find(either), rest.size());
        const auto text = rest.substr(0, end);
        rest.remove_prefix(std::min(rest.size(), end + either.size()));
        const auto known = http::parse_url(text);
        if (known && way({s.note.got, text, *sent, *known})) return true;
    }
    return false;
}

bool same_but(const pair_of_urls& p, const http::url& with_known_part) {
    return with_known_part.origin() + with_known_part.target() == p.known.origin() + p.known.target();
}

std::string without_slash(std::string_view text) {
    while (text.ends_with('/')) text.remove_suffix(1);
    return std::string(text);
}

bool trailing_slash(const pair_of_urls& p) {
    return p.sent_text != p.known_text && without_slash(p.sent_text) == without_slash(p.known_text);
}
bool letter_case(const pair_of_urls& p) {
    return http::iequals(p.sent_text, p.known_text);
}
bool scheme(const pair_of_urls& p) {
    auto u = p.sent;
    u.scheme = p.known.scheme;
    return p.sent.scheme != p.known.scheme && same_but(p, u);
}
bool loopback_name(const pair_of_urls& p) {
    auto u = p.sent;
    u.host = p.known.host;
    return p.sent.is_loopback() && p.known.is_loopback() && p.sent.host != p.known.host && same_but(p, u);
}
bool www(const pair_of_urls& p) {
    return p.sent.host == "www." + p.known.host || p.known.host == "www." + p.sent.host;
}
bool port(const pair_of_urls& p) {
    auto u = p.sent;
    u.port = p.known.port;
    return p.sent.port != p.known.port && same_but(p, u);
}
bool fragment(const pair_of_urls& p) {
    return p.sent.has_fragment && same_but(p, p.sent);
}
bool query(const pair_of_urls& p) {
    auto u = p.sent;
    u.query = p.known.query;
    u.has_query = p.known.has_query;
    return p.sent.query != p.known.query && same_but(p, u);
}
bool below(const pair_of_urls& p) {
    return p.sent.origin() == p.known.origin() && p.sent.path.starts_with(p.known.path) &&
           p.sent.path != p.known.path;
}
bool path(const pair_of_urls& p) {
    return p.sent.origin() == p.known.origin();
}

constexpr std::string_view compared = "RFC 9700 §2.1";

constexpr std::array<mistake_row, 14> table{{
    {{"redirect_uri_missing_at_token", "RFC 6749 §4.1.3",
      "The authorization request had a redirect_uri, the token request has none.",
      "Send the very same redirect_uri with the code."},
     [](const signs& s) { return s.entry.refusal && s.of({rule::token_redirect_uri_present}); }},
    {{"redirect_uri_missing", "OIDC Core §3.1.2.1", "The authorization request has no redirect_uri.",
      "Send the redirect_uri that is registered, form-encoded."},
     [](const signs& s) { return s.of({rule::authorize_redirect_uri_present}); }},
    {{"redirect_uri_encoded_twice", compared, "The redirect_uri was percent-encoded once too often.",
      "Encode it once: hand the plain URI to the function that builds the query."},
     [](const signs& s) {
         return s.of({rule::authorize_redirect_uri_registered, rule::token_redirect_uri_matches}) &&
                still_encoded(s.note.got) && !still_encoded(s.note.expected);
     }},
    {{"redirect_uri_trailing_slash", compared,
      "The redirect_uri differs from the registered one by a trailing slash.",
      "Make both the same, character for character."},
     [](const signs& s) { return differs_in(s, trailing_slash); }},
    {{"redirect_uri_case", compared, "The redirect_uri differs from the registered one in upper and lower case.",
      "Spell both the same; paths are case-sensitive."},
     [](const signs& s) { return differs_in(s, letter_case); }},
    {{"redirect_uri_scheme", compared, "One redirect_uri says http and the other https.",
      "Behind a proxy that ends TLS, make the application trust X-Forwarded-Proto, or configure its public URL."},
     [](const signs& s) { return differs_in(s, scheme); }},
    {{"redirect_uri_loopback_name", "RFC 8252 §8.3",
      "One redirect_uri says localhost and the other 127.0.0.1 (or [::1]): different hosts.",
      "Use the one that is registered, in the browser's address, too."},
     [](const signs& s) { return differs_in(s, loopback_name); }},
    {{"redirect_uri_www", compared, "One redirect_uri's host has a leading www. and the other has not.",
      "Register the host that people end up on."},
     [](const signs& s) { return differs_in(s, www); }},
    {{"redirect_uri_port", compared, "The redirect_uri names another port than the registered one.",
      "Register the port the application listens on; only native applications on a loopback address may vary it (RFC "
      "8252 §7.3)."},
     [](const signs& s) { return differs_in(s, port); }},
    {{"redirect_uri_fragment", "RFC 6749 §3.1.2", "The redirect_uri has a fragment.",
      "Leave out '#' and what follows; servers never see it."},
     [](const signs& s) { return differs_in(s, fragment); }},
    {{"redirect_uri_query", compared, "The redirect_uri has another query than the registered one.",
      "Put what must survive the sign-in into state, not into the redirect_uri."},
     [](const signs& s) { return differs_in(s, query); }},
    {{"redirect_uri_below_registered", compared, "The redirect_uri is a path below the registered one.",
      "Register the whole URI; servers do not match prefixes or wildcards."},
     [](const signs& s) { return differs_in(s, below); }},
    {{"redirect_uri_path", compared, "The redirect_uri is at the right host, but with another path.",
      "Compare the callback route of the application with the registered URI."},
     [](const signs& s) { return differs_in(s, path); }},
    {{"redirect_uri_not_registered", compared, "The redirect_uri is not one of the expected ones.",
      "Register it, or send one that is; the refusal says which are expected."},
     [](const signs& s) {
         return s.of({rule::authorize_redirect_uri_registered, rule::token_redirect_uri_matches});
     }},
}};

}  // namespace

std::span<const mistake_row> redirect_uri_mistakes() {
    return table;
}

}  // namespace assay::mock
