// A mock without sockets whose state is in Redis; several of them are the nodes of one issuer.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "mock_server/control/control.hpp"
#include "mock_server/routing/mock.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/form.hpp"
#include "tests/redis/redis_server.hpp"

namespace assay::redis_tests {

class node {
public:
    explicit node(std::shared_ptr<mock::backing> kept_in, json::value faults = json::array{}) {
        core.kept_in = std::move(kept_in);
        core.set_origin("http://127.0.0.1:9");
        mock::issuer_request r;
        r.dialect = "strict";
        r.faults = std::move(faults);
        mock::client c;
        c.client_id = "web";
        c.client_secret = "web-secret";
        c.redirect_uris = {"http://127.0.0.1:1/cb"};
        c.scope = "openid email offline_access";
        r.clients.push_back(c);
        auto made = core.create_default(std::move(r));
        if (!made) ADD_FAILURE() << made.error().text();
    }

    http::response send(http::request r) {
        r.head.append("Host", "127.0.0.1");
        if (r.method == "POST") r.head.append("Content-Length", std::to_string(r.body.size()));
        return answer_of(core.handle(std::move(r)));
    }
    http::response post(const std::string& target, const oauth::form& body) {
        http::request r;
        r.method = "POST";
        r.target = target;
        r.head.append("Content-Type", "application/x-www-form-urlencoded");
        r.head.append("Authorization", oauth::format_basic("web", "web-secret"));
        r.body = oauth::format_form(body);
        return send(std::move(r));
    }
    http::response get(const std::string& target) {
        http::request r;
        r.target = target;
        return send(std::move(r));
    }
    http::response control(const std::string& method, const std::string& target, const json::value& body = {}) {
        http::request r;
        r.method = method;
        r.target = target;
        r.head.append("Host", "127.0.0.1");
        if (!body.is_null()) r.body = json::format(body);
        return answer_of(mock::handle_control(core, r, ""));
    }

    struct codes {
        std::vector<std::string> all;
        std::string verifier;
    };
    codes mint(int count) {
        const auto r = control("POST", "/issuers/default/mint", json::object{{"client_id", "web"}, {"count", count}});
        const auto v = json::parse(r.body).value_or(json::value());
        codes out;
        out.verifier = v.string_at("code_verifier");
        if (const auto* list = v.find("codes")) {
            for (const auto& one : *list->as_array()) out.all.emplace_back(one.string_at("code"));
        }
        EXPECT_EQ(out.all.size(), static_cast<std::size_t>(count)) << r.body;
        return out;
    }
    http::response redeem(const std::string& code, const std::string& verifier) {
        return post("/token", {{"grant_type", "authorization_code"},
                               {"code", code},
                               {"redirect_uri", "http://127.0.0.1:1/cb"},
                               {"code_verifier", verifier}});
    }
    http::response refresh(const std::string& token) {
        return post("/token", {{"grant_type", "refresh_token"}, {"refresh_token", token}});
    }
    bool is_active(const std::string& token) {
        const auto r = post("/introspect", {{"token", token}});
        const auto v = json::parse(r.body).value_or(json::value());
        return r.status == 200 && v.find("active") != nullptr && v.find("active")->as_boolean().value_or(false);
    }

    mock::mock core;

private:
    static http::response answer_of(http::plan p) {
        const auto* write = std::get_if<http::write_response>(&p.front().what);
        return write == nullptr ? http::response{} : write->r;
    }
};

inline json::value body_of(const http::response& r) {
    return json::parse(r.body).value_or(json::value());
}

}  // namespace assay::redis_tests
