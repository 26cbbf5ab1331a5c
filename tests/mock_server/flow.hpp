// Walks one issuer without sockets: requests in, responses out.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "data/json.hpp"
#include "http/url.hpp"
#include "mock_server/routing/mock.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/form.hpp"
#include "oauth/pkce.hpp"
#include "tests/mock_server/paths.hpp"

namespace assay::mock::testing {

class flow {
public:
    explicit flow(const std::string& dialect, json::value faults = json::array{}, sign_in how = sign_in::by_request) {
        core.set_origin("http://127.0.0.1:9");
        issuer_request r;
        r.dialect = dialect;
        r.how = how;
        r.faults = std::move(faults);
        for (const auto& [id, method] :
             {std::pair{"web", "client_secret_basic"}, {"post", "client_secret_post"}, {"spa", "none"}}) {
            client c;
            c.client_id = id;
            c.token_endpoint_auth_method = method;
            if (!c.is_public()) c.client_secret = c.client_id + "-secret";
            c.redirect_uris = {"http://127.0.0.1:1/cb"};
            c.scope = "openid email user:read organizations:read";
            r.clients.push_back(c);
        }
        replace(std::move(r));
    }

    // Puts another issuer in place of this one, under its name.
    void replace(issuer_request r) {
        core.remove("t");
        r.name = "t";
        auto made = core.create(std::move(r));
        if (!made) ADD_FAILURE() << made.error().text();
        at = made.value();
    }

    http::response send(http::request r) {
        r.target = "/i/t" + r.target;
        if (r.method == "POST" && r.head.find("Content-Length") == nullptr)
            r.head.append("Content-Length", std::to_string(r.body.size()));
        auto plan = core.handle(r);
        const auto* write = std::get_if<http::write_response>(&plan.front().what);
        if (write == nullptr) {
            ADD_FAILURE() << "the plan does not start with a response";
            return {};
        }
        return write->r;
    }

    http::response get(const std::string& target, const std::string& bearer = {}) {
        http::request r;
        r.target = target;
        if (!bearer.empty()) r.head.append("Authorization", "Bearer " + bearer);
        return send(std::move(r));
    }

    http::response post(const std::string& target, const oauth::form& body, const std::string& authorization = {},
                        const std::string& cookie = {}) {
        http::request r;
        r.method = "POST";
        r.target = target;
        r.head.append("Content-Type", "application/x-www-form-urlencoded");
        if (!authorization.empty()) r.head.append("Authorization", authorization);
        if (!cookie.empty()) r.head.append("Cookie", cookie);
        r.body = oauth::format_form(body);
        return send(std::move(r));
    }

    // The query of an authorization request that leads to the page.
    [[nodiscard]] std::string asking() const {
        return oauth::format_form({{"response_type", "code"},
                                   {"client_id", "web"},
                                   {"redirect_uri", "http://127.0.0.1:1/cb"},
                                   {"scope", "openid"},
                                   {"code_challenge", oauth::s256_challenge(verifier)},
                                   {"code_challenge_method", "S256"}});
    }

    // The query of the redirect back to the client; empty when there was none.
    oauth::form authorize(oauth::form p) {
        for (const auto& [name, value] : oauth::form{
                 {"response_type", "code"},
                 {"client_id", "web"},
                 {"redirect_uri", "http://127.0.0.1:1/cb"},
                 {"scope", "openid email"},
                 {"state", "s"},
                 {"code_challenge", oauth::s256_challenge(verifier)},
                 {"code_challenge_method", "S256"},
                 {"assay_user", "ada"}}.fields) {
            if (p.find(name) == nullptr) p.append(name, value);
        }
        last = get(path_in(at->speaks(), "authorize") + "?" + oauth::format_form(p));
        const std::string location(last.head.value("location"));
        const auto url = http::parse_url(location);
        if (!location.starts_with("http://127.0.0.1:1/cb") || !url) return {};
        return oauth::parse_form(url->query).value_or(oauth::form{});
    }

    http::response redeem(const std::string& code, const oauth::form& changes = {}) {
        oauth::form body{{"grant_type", "authorization_code"},
                         {"code", code},
                         {"redirect_uri", "http://127.0.0.1:1/cb"},
                         {"code_verifier", verifier}};
        for (const auto& field : changes.fields) body.set(field.first, field.second);
        return post(path_in(at->speaks(), "token"), body, basic);
    }

    // The token response of a new sign-in.
    json::value tokens(oauth::form authorize_changes = {}) {
        const auto back = authorize(std::move(authorize_changes));
        return body_of(redeem(std::string(back.value("code"))));
    }

    static json::value body_of(const http::response& r) { return json::parse(r.body).value_or(json::value()); }

    mock core;
    std::shared_ptr<issuer> at;
    http::response last;
    std::string verifier = "spec-verifier-0123456789-ABCDEFGHIJ-abcdefghij";
    std::string basic = oauth::format_basic("web", "web-secret");
};

}  // namespace assay::mock::testing
