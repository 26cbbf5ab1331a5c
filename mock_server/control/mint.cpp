#include "mock_server/control/mint.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mock_server/issuer/issuer_request.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/pkce.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

constexpr std::int64_t at_once_max = 10'000;

result<std::int64_t> count_of(const json::value& asked) {
    const json::value* count = asked.find("count");
    const std::int64_t n = count == nullptr ? 1 : count->as_integer().value_or(0);
    if (n >= 1 && n <= at_once_max) return n;
    return fail(errc::usage, fmt::format("'count' must be a number from 1 to {}", at_once_max));
}

result<void> demand_text(const json::value& asked, std::string_view name) {
    const auto* member = asked.find(name);
    if (member == nullptr || member->is_string()) return {};
    return fail(errc::usage, fmt::format("'{}' must be a string", name));
}

result<std::vector<std::shared_ptr<const user>>> users_of(issuer& at, const json::value* names) {
    std::vector<std::shared_ptr<const user>> out;
    if (names == nullptr) {
        for (const user& u : at.users()) out.push_back(at.find_user(u.username));
    } else if (!names->is_array()) {
        return fail(errc::usage, "'users' must be an array of usernames");
    } else {
        for (const json::value& one : *names->as_array()) {
            const std::string name = one.is_string() ? *one.as_string() : "";
            out.push_back(at.find_or_welcome(name));
            if (out.back() == nullptr) return fail(errc::usage, fmt::format("there is no user '{}'", name));
        }
    }
    if (out.empty()) return fail(errc::usage, "'users' must name at least one user, or be left out");
    return out;
}

}  // namespace

result<json::object> mint_codes(issuer& at, const json::value& asked) {
    static constexpr std::array<std::string_view, 5> members{"client_id", "count", "users", "scope", "redirect_uri"};
    if (auto good = only_members(asked, members, "a request for codes"); !good) return fail(good.error());
    for (const auto* name : {"client_id", "scope", "redirect_uri"}) {
        if (auto good = demand_text(asked, name); !good) return fail(good.error());
    }
    const auto n = count_of(asked);
    if (!n) return fail(n.error());
    const auto who = at.find_client(asked.string_at("client_id"));
    if (!who) return fail(errc::usage, "'client_id' must name a client of this issuer");
    auto users = users_of(at, asked.find("users"));
    if (!users) return fail(users.error());
    const std::string uri(asked.string_at("redirect_uri"));
    const auto& uris = who->redirect_uris;
    if (uris.empty() || (!uri.empty() && std::find(uris.begin(), uris.end(), uri) == uris.end())) {
        return fail(errc::usage, fmt::format("'redirect_uri' must be registered for {}", who->client_id));
    }
    const std::string verifier = oauth::random_code_verifier();
    code_grant g;
    g.client_id = who->client_id;
    g.redirect_uri = uri.empty() ? uris.front() : uri;
    g.scope = asked.find("scope") == nullptr ? "openid email" : std::string(asked.string_at("scope"));
    g.code_challenge = oauth::s256_challenge(verifier);
    g.code_challenge_method = "S256";
    json::array codes;
    for (std::int64_t i = 0; i < *n; ++i) {
        const user& u = *(*users)[static_cast<std::size_t>(i) % users->size()];
        const std::string code = at.make_token("code");
        g.of = {"user", u.sub};
        g.nonce = oauth::base64url_encode(oauth::random_bytes(12));
        g.created = at.now();
        g.lifetime = who->lifetimes.code.value_or(at.speaks().code_lifetime);
        g.auth_time = g.created;  // as if the person had just signed in
        g.family = at.make_family();
        codes.emplace_back(json::object{{"code", code}, {"nonce", *g.nonce}, {"sub", u.sub}});
        if (!at.tokens.put_code(code, g)) return fail(errc::limit, "there is no memory for this code; see --memory");
    }
    return json::object{{"codes", std::move(codes)},
                        {"code_verifier", verifier},
                        {"redirect_uri", g.redirect_uri},
                        {"expires_in", who->lifetimes.code.value_or(at.speaks().code_lifetime)},
                        {"scope", g.scope}};
}

result<json::object> mint_tokens(const std::shared_ptr<issuer>& at, const json::value& asked) {
    static constexpr std::array<std::string_view, 4> members{"client_id", "count", "users", "scope"};
    if (auto good = only_members(asked, members, "a request for tokens"); !good) return fail(good.error());
    for (const auto* name : {"client_id", "scope"}) {
        if (auto good = demand_text(asked, name); !good) return fail(good.error());
    }
    const auto n = count_of(asked);
    if (!n) return fail(n.error());
    const auto who = at->find_client(asked.string_at("client_id"));
    if (!who) return fail(errc::usage, "'client_id' must name a client of this issuer");
    const auto users = users_of(*at, asked.find("users"));
    if (!users) return fail(users.error());
    context c(http::request{}, at);
    grant_of_tokens g;
    g.to = who;
    const auto own = oauth::parse_scope(who->scope);
    const auto* scope = asked.find("scope");
    g.granted = scope == nullptr ? own : oauth::intersect(oauth::parse_scope(asked.string_at("scope")), own);
    g.access_lifetime = who->lifetimes.access_token.value_or(at->speaks().access_token_lifetime);
    g.auth_time = c.now;
    json::array tokens;
    std::string type;
    for (std::int64_t i = 0; i < *n; ++i) {
        g.of = {"user", (*users)[static_cast<std::size_t>(i) % users->size()]->sub};
        g.family = at->make_family();
        const auto made = json::parse(issue_tokens(c, g).body).value_or(json::value());
        json::object one{{"access_token", made.string_at("access_token")}};
        if (made.find("refresh_token") != nullptr) one.append("refresh_token", made.string_at("refresh_token"));
        one.append("sub", g.of.sub);
        tokens.emplace_back(std::move(one));
        type = made.string_at("token_type");
    }
    return json::object{{"tokens", std::move(tokens)},
                        {"token_type", type},
                        {"expires_in", g.access_lifetime},
                        {"scope", oauth::format_scope(g.granted)}};
}

}  // namespace assay::mock
