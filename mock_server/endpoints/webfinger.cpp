// WebFinger (RFC 7033): finds a user's OpenID provider (OIDC Discovery §2). Answers for users of this issuer, as
// acct:ada@HOST or https://HOST/ada, and for the issuer itself.
#include <algorithm>

#include "http/url.hpp"
#include "mock_server/request/answers.hpp"
#include "oauth/form.hpp"

namespace assay::mock::endpoints {
namespace {

constexpr std::string_view issuer_relation = "http://openid.net/specs/connect/1.0/issuer";

std::string host_and_port(const http::url& u) {
    return u.port.empty() ? u.host : u.host + ":" + u.port;
}

// Whether the resource is the issuer itself or one of its users.
bool is_known(const issuer& at, std::string_view resource) {
    const auto here = http::parse_url(at.url());
    if (!here) return false;
    if (resource == at.url()) return true;
    constexpr std::string_view account = "acct:";  // RFC 7565 §3
    if (resource.starts_with(account)) {
        const auto name = resource.substr(account.size());
        const auto host = name.rfind('@');
        return host != std::string_view::npos && name.substr(host + 1) == host_and_port(*here) &&
               at.find_user(name.substr(0, host)) != nullptr;
    }
    const auto there = http::parse_url(resource);
    const std::string_view stem = here->path == "/" ? std::string_view{} : std::string_view(here->path);
    return there && there->origin() == here->origin() && there->path.starts_with(stem) &&
           there->path.size() > stem.size() + 1 && at.find_user(there->path.substr(stem.size() + 1)) != nullptr;
}

}  // namespace

answer webfinger(context& c) {
    const auto asked = oauth::parse_form(c.in.request.query());
    // RFC 7033 §4.2: an absent or malformed resource is 400, an unknown one is 404.
    if (!asked || asked->count("resource") != 1)
        return json_response(400, json::object{{"detail", "WebFinger needs one resource parameter (RFC 7033 §4.1)"}});
    const std::string resource(asked->value("resource"));
    if (!is_known(*c.at, resource)) return no_such_route(c, 404);
    const auto wanted = asked->all("rel");
    json::array links;
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), issuer_relation) != wanted.end())
        links.emplace_back(json::object{{"rel", issuer_relation}, {"href", c.at->url()}});
    auto out = json_response(200, json::object{{"subject", resource}, {"links", std::move(links)}});
    out.head.set("Content-Type", "application/jrd+json");  // RFC 7033 §10.2
    return out;
}

}  // namespace assay::mock::endpoints
