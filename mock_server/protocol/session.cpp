#include "mock_server/protocol/session.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mock_server/protocol/access_token.hpp"
#include "mock_server/request/answers.hpp"
#include "oauth/client_auth.hpp"

namespace assay::mock {

std::string cookie_value(const context& c, std::string_view name) {
    for (const auto& header : c.in.request.head.all("cookie")) {
        std::string_view rest = header;
        while (!rest.empty()) {
            auto one = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(rest.size(), one.size() + 1));
            one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
            if (one.starts_with(name) && one.substr(name.size()).starts_with('='))
                return std::string(one.substr(name.size() + 1));
        }
    }
    return {};
}

std::string session_id(const context& c) {
    return cookie_value(c, c.speaks().cookie_name);
}

std::optional<session> find_session(const context& c, const std::string& id) {
    auto out = c.at->tokens.find_session(id);
    const auto lifetime = c.speaks().session_lifetime;
    if (out && lifetime != 0 && out->auth_time + lifetime <= c.now) return std::nullopt;
    return out;
}

std::optional<session> current_session(const context& c) {
    return find_session(c, session_id(c));
}

std::shared_ptr<const user> session_user(const context& c) {
    const auto s = current_session(c);
    return s ? c.at->find_user(s->username) : nullptr;
}

std::optional<http::response> refuse_api_token(const context& c) {
    if (!c.speaks().web_session_only) return std::nullopt;
    const auto text = oauth::parse_bearer(c.in.request.head.value("authorization"));
    const auto token = text ? find_access_token(c, *text) : std::nullopt;
    if (!token || token->grant->of.sub_type != "user") return std::nullopt;
    return json_response(403, json::object{{"error", "NotPermitted"}, {"detail", "Not permitted"}});
}

namespace {

std::string cookie_of(const context& c, std::string_view name, const std::string& value) {
    const std::string_view url = c.at->base();
    const auto path = url.find('/', url.find("://") + 3);
    const bool secure = url.starts_with("https:");
    // A client's page may POST the authorization request (OIDC Core §3.1.2.1). From another site the browser then
    // sends only cookies with SameSite=None, which must be Secure (RFC 6265bis §5.6.7.2). Over plain http the cookie
    // is Lax, so such a POST finds no user signed in.
    const bool sent_from_elsewhere = secure && c.enforces(rule::authorize_post_accepted);
    return fmt::format("{}={}; Path={}; HttpOnly{}; SameSite={}", name, value,
                       path == std::string_view::npos ? "/" : url.substr(path), secure ? "; Secure" : "",
                       sent_from_elsewhere ? "None" : "Lax");
}

std::string browser_cookie(const context& c) {
    return c.speaks().cookie_name + "_browser";
}

}  // namespace

std::string session_cookie(const context& c, const std::string& id) {
    return cookie_of(c, c.speaks().cookie_name, id);
}

std::string browser_id(const context& c) {
    if (!c.at->config().isolated) return {};
    return c.browser.empty() ? cookie_value(c, browser_cookie(c)) : c.browser;
}

void keep_signed_in(const context& c, const std::string& id, http::response& out) {
    out.head.append("Set-Cookie", session_cookie(c, id));
    if (!c.browser.empty()) out.head.append("Set-Cookie", cookie_of(c, browser_cookie(c), c.browser));
}

std::string start_session(context& c, const user& who) {
    auto id = c.at->make_token("session");
    session made{who.username, c.now};
    if (c.speaks().limits_organizations()) made.organizations = who.session_organizations;
    if (c.at->config().isolated && browser_id(c).empty()) c.browser = c.at->make_token("browser");
    const auto& users = c.at->users();
    if (std::none_of(users.begin(), users.end(), [&](const user& u) { return u.sub == who.sub; }))
        c.leniencies.emplace_back("any_user");
    c.at->tokens.put_session(id, std::move(made));
    return id;
}

}  // namespace assay::mock
