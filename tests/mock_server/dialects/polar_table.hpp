// One row of Polar's behaviour: a request, the status, body and headers of the answer, and the generations it applies
// to. The rows follow the sections of Polar's own behaviour.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/mock_server/flow.hpp"

namespace assay::mock::testing {

enum generation : unsigned { g2025_02 = 1, g2025_10 = 2, g2026_06_17 = 4, g2026_06_26 = 8, every = 15 };
constexpr unsigned organization_tokens = g2025_02 | g2025_10 | g2026_06_17;

struct polar_row {
    std::string name;
    std::function<http::response(flow&)> ask;
    int status = 200;
    std::string body{};                                          // exact; "~text": contains it; empty: not compared
    std::vector<std::pair<std::string, std::string>> headers{};  // value "": must be absent; "~text": contains it
    unsigned in = every;
};

using headers = std::vector<std::pair<std::string, std::string>>;

// The three headers of every JSON answer of the OAuth endpoints.
inline headers no_store(headers more = {}) {
    more.insert(more.begin(),
                {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}, {"Pragma", "no-cache"}});
    return more;
}

[[nodiscard]] std::vector<polar_row> common_rows();           // §1 of Polar's behaviour: every route
[[nodiscard]] std::vector<polar_row> registration_rows();     // §3: registration and management
[[nodiscard]] std::vector<polar_row> authorization_rows();    // §4: the request, prompt, PKCE, consent
[[nodiscard]] std::vector<polar_row> decision_rows();         // §4, details
[[nodiscard]] std::vector<polar_row> token_rows();            // §6: the token endpoint
[[nodiscard]] std::vector<polar_row> web_grant_rows();        // §6.5: grant_type=web
[[nodiscard]] std::vector<polar_row> session_limit_rows();    // sessions limited to organizations
[[nodiscard]] std::vector<polar_row> secret_scanning_rows();  // §10
[[nodiscard]] std::vector<polar_row> resource_rows();         // §9: resources of an organization
[[nodiscard]] std::vector<polar_row> neighbour_rows();        // §7 to §9: revocation … subjects

// Requests shared by the rows.
inline http::response ask_api(flow& f, oauth::form changes, const std::string& cookie = {}) {
    oauth::form p{{"response_type", "code"},
                  {"client_id", "web"},
                  {"redirect_uri", "http://127.0.0.1:1/cb"},
                  {"scope", "openid email"},
                  {"state", "s"}};
    if (f.at->speaks().default_sub_type == "organization") p.append("sub_type", "user");
    for (const auto& [name, value] : changes.fields) {
        if (value == "-") {
            std::erase_if(p.fields, [&, n = name](const auto& field) { return field.first == n; });
        } else if (value.starts_with("+")) {
            p.append(name, value.substr(1));
        } else {
            p.set(name, value);
        }
    }
    http::request r;
    r.target = "/v1/oauth2/authorize?" + oauth::format_form(p);
    if (!cookie.empty()) r.head.append("Cookie", cookie);
    return f.send(std::move(r));
}

// The cookie of a signed-in user.
inline std::string signed_in_as(flow& f, const std::string& username = "ada") {
    session s;
    s.username = username;
    s.auth_time = f.at->now();
    f.at->tokens.put_session("polar_us_test", std::move(s));
    return "polar_session=polar_us_test";
}

inline http::response consent(flow& f, oauth::form changes, const oauth::form& body, const std::string& cookie) {
    oauth::form p{{"response_type", "code"},
                  {"client_id", "web"},
                  {"redirect_uri", "http://127.0.0.1:1/cb"},
                  {"scope", "openid email"},
                  {"state", "s"}};
    if (f.at->speaks().default_sub_type == "organization") p.append("sub_type", "user");
    for (const auto& [name, value] : changes.fields) p.set(name, value);
    return f.post("/v1/oauth2/consent?" + oauth::format_form(p), body, {}, cookie);
}

// The token response of a new sign-in of ada at client `web`; on polar@2025-10, too, a user's token.
inline json::value user_tokens(flow& f, oauth::form changes = {}) {
    changes.set("sub_type", "user");
    return f.tokens(std::move(changes));
}
inline std::string access(flow& f, oauth::form changes = {}) {
    return std::string(user_tokens(f, std::move(changes)).string_at("access_token"));
}
inline std::string refresh(flow& f) {
    return std::string(user_tokens(f).string_at("refresh_token"));
}
inline std::string fresh_code(flow& f, oauth::form changes = {}) {
    changes.set("sub_type", "user");
    return std::string(f.authorize(std::move(changes)).value("code"));
}

}  // namespace assay::mock::testing
