#include "mock_server/protocol/redirect_uri.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "data/text.hpp"
#include "oauth/form.hpp"

namespace assay::mock {
namespace {

// Parts of the text without URL parsing: a text that is not a valid URL has parts, too.
struct uri_parts {
    std::string scheme, host, port, path, query, fragment;
};

std::string taken_after(std::string& text, char mark) {
    const auto at = text.find(mark);
    if (at == std::string::npos) return {};
    std::string out = text.substr(at);
    text.resize(at);
    return out;
}

uri_parts split(std::string text) {
    uri_parts p;
    p.fragment = taken_after(text, '#');
    p.query = taken_after(text, '?');
    if (const auto colon = text.find("://"); colon != std::string::npos) {
        p.scheme = text.substr(0, colon);
        text.erase(0, colon + 3);
        p.path = taken_after(text, '/');
        const auto last = text.rfind(':');
        const bool numbered = last != std::string::npos && last + 1 < text.size() &&
                              std::all_of(text.begin() + static_cast<std::ptrdiff_t>(last) + 1, text.end(),
                                          [](unsigned char c) { return std::isdigit(c) != 0; });
        if (numbered) {
            p.port = text.substr(last);
            text.resize(last);
        }
        p.host = std::move(text);
    } else {
        p.path = std::move(text);
    }
    return p;
}

bool operator==(const uri_parts& a, const uri_parts& b) {
    return a.scheme == b.scheme && a.host == b.host && a.port == b.port && a.path == b.path && a.query == b.query &&
           a.fragment == b.fragment;
}

struct compared_part {
    rule by;
    std::string uri_parts::*part;
};
constexpr std::array<compared_part, 6> compared{{{rule::authorize_redirect_uri_scheme, &uri_parts::scheme},
                                                 {rule::authorize_redirect_uri_host, &uri_parts::host},
                                                 {rule::authorize_redirect_uri_port, &uri_parts::port},
                                                 {rule::authorize_redirect_uri_path, &uri_parts::path},
                                                 {rule::authorize_redirect_uri_query, &uri_parts::query},
                                                 {rule::authorize_redirect_uri_fragment, &uri_parts::fragment}}};

// Roughly as RFC 3986 §6.2.2 would normalize it.
std::string respelled(std::string_view text) {
    return lowered(oauth::form_decode(text).value_or(std::string(text)));
}

// RFC 8252 §7.3 applies to IP literals only, not to the name localhost (§8.3).
bool is_loopback_with_other_port(uri_parts registered, uri_parts sent) {
    const bool loopback = registered.host == "127.0.0.1" || registered.host == "[::1]";
    registered.port.clear();
    sent.port.clear();
    return loopback && registered.scheme == "http" && registered == sent;
}

// GitHub: "The redirect_uri must reference a subdirectory of the callback URL."
bool is_below(const uri_parts& registered, const uri_parts& sent) {
    std::string folder = registered.path;
    if (!folder.ends_with('/')) folder += '/';
    return sent.scheme == registered.scheme && sent.host == registered.host && sent.port == registered.port &&
           sent.path.starts_with(folder) && sent.path.find("..") == std::string::npos;
}

}  // namespace

bool redirect_uri_matches(context& c, const std::vector<std::string>& registered, std::string_view sent) {
    if (std::find(registered.begin(), registered.end(), sent) != registered.end()) return true;
    const uri_parts asked = split(std::string(sent));
    for (const auto& one : registered) {
        const uri_parts known = split(one);
        if (c.enforces(rule::authorize_loopback_port_varies) && is_loopback_with_other_port(known, asked))
            return true;
        if (c.speaks().redirect_uri_below && is_below(known, asked)) return true;
        uri_parts ours = known;
        uri_parts theirs = asked;
        for (const auto& [by, part] : compared) {
            if (c.enforces(by)) continue;
            (ours.*part).clear();
            (theirs.*part).clear();
            if (ours == theirs) c.leniencies.emplace_back(row(by).name);
        }
        if (ours == theirs) return true;
        if (c.enforces(rule::authorize_redirect_uri_spelling) || respelled(one) != respelled(sent)) continue;
        c.leniencies.emplace_back(row(rule::authorize_redirect_uri_spelling).name);
        return true;
    }
    return false;
}

}  // namespace assay::mock
