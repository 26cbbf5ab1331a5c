// Walks an issuer over real sockets like an unmodified client, which knows only the issuer URL.
#pragma once

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "data/json.hpp"
#include "http/client.hpp"
#include "http/url.hpp"
#include "mock_server/server/embedded.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/form.hpp"
#include "oauth/pkce.hpp"

namespace assay::mock::testing {

inline std::unique_ptr<embedded> start_mock(embedded_options o = {}, const std::string& dialect = "strict") {
    issuer_request issuer;
    issuer.dialect = dialect;
    issuer.how = sign_in::automatic;
    issuer.clients = demo_clients(**find_dialect(dialect));
    o.default_issuer = std::move(issuer);
    auto made = embedded::start(std::move(o));
    if (!made) {
        ADD_FAILURE() << made.error().text();
        std::abort();
    }
    return std::move(*made);
}

class walker {
public:
    explicit walker(std::string issuer_url, http::client_options o = {}) : issuer(std::move(issuer_url)), http_(o) {}

    result<http::response> get(const std::string& url, const std::string& bearer = {}) {
        http::request r;
        if (!bearer.empty()) r.head.append("Authorization", "Bearer " + bearer);
        return send(url, std::move(r));
    }
    result<http::response> post(const std::string& url, const oauth::form& body) {
        http::request r;
        r.method = "POST";
        r.head.append("Content-Type", "application/x-www-form-urlencoded");
        r.head.append("Authorization", oauth::format_basic(client_id, client_id + "-secret"));
        r.body = oauth::format_form(body);
        return send(url, std::move(r));
    }
    // Reads the metadata; false when it is not this issuer's.
    bool discover() {
        auto got = get(issuer + "/.well-known/openid-configuration");
        if (!got) return false;
        metadata = json::parse(got->body).value_or(json::value());
        return got->status == 200 && metadata.string_at("issuer") == issuer;
    }
    std::string endpoint(std::string_view name) const { return std::string(metadata.string_at(name)); }

    // The answer of the authorization endpoint.
    result<http::response> authorize() {
        const oauth::form p{{"response_type", "code"},
                            {"client_id", client_id},
                            {"redirect_uri", "http://localhost:8765/callback"},
                            {"scope", "openid email"},
                            {"state", "state-" + std::to_string(++signed_in_)},
                            {"nonce", "nonce-" + std::to_string(signed_in_)},
                            {"code_challenge", oauth::s256_challenge(verifier)},
                            {"code_challenge_method", "S256"}};
        return get(http::add_query(endpoint("authorization_endpoint"), oauth::format_form(p)));
    }
    // The query of the redirect back; empty when there was none.
    oauth::form callback() {
        auto back = authorize();
        if (!back) return {};
        const auto url = http::parse_url(back->head.value("location"));
        return url ? oauth::parse_form(url->query).value_or(oauth::form{}) : oauth::form{};
    }
    result<http::response> redeem(const std::string& code) {
        return post(endpoint("token_endpoint"), {{"grant_type", "authorization_code"},
                                                 {"code", code},
                                                 {"redirect_uri", "http://localhost:8765/callback"},
                                                 {"code_verifier", verifier}});
    }
    result<http::response> exchange() { return redeem(std::string(callback().value("code"))); }
    result<http::response> refresh(const std::string& token) {
        return post(endpoint("token_endpoint"), {{"grant_type", "refresh_token"}, {"refresh_token", token}});
    }
    // The JSON of a token response, or null.
    json::value tokens() {
        auto got = exchange();
        return got ? json::parse(got->body).value_or(json::value()) : json::value();
    }

    std::string issuer;
    std::string client_id = "demo-web";
    std::string verifier = "walk-verifier-0123456789-ABCDEFGHIJ-abcdefghij";
    json::value metadata;

private:
    result<http::response> send(const std::string& url, http::request r) {
        auto to = http::parse_url(url);
        if (!to) return fail(to.error());
        r.target = to->target();
        auto got = http_.send({to->origin(), std::move(r)});
        if (!got) return fail(got.error());
        return std::move(got->received);
    }

    http::client http_;
    int signed_in_ = 0;
};

}  // namespace assay::mock::testing
