#include "mock_server/control/mint.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mock_server/issuer/issuer_request.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/shape.hpp"
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

// As a row of configured claims has them: without those that the server itself sets.
result<json::object> claims_of(const issuer& at, const json::value& asked, const char* place) {
    const auto* claims = asked.find("claims");
    if (claims == nullptr) return json::object{};
    auto row = claim_row_from_json(json::object{{"claims", *claims}, {"in", json::array{place}}}, at.speaks());
    if (!row) return fail(row.error());
    return std::move(row->claims);
}

// The claims that are asked for, templates among them.
struct wished_claims {
    json::object access_token, id_token;
};

// Reads what is asked about the tokens of every user. Errors: usage.
result<wished_claims> read_wishes(const issuer& at, const json::value& asked, grant_of_tokens& g) {
    wished_claims out;
    auto claims = claims_of(at, asked, "access_token");
    if (!claims) return fail(claims.error());
    out.access_token = std::move(*claims);
    if (const auto* time = asked.find("auth_time")) {
        const auto seconds = time->as_integer().value_or(0);
        if (seconds < 1 || seconds > end_of_time)
            return fail(errc::usage, "'auth_time' must be the time of the sign-in, in seconds since 1970");
        g.auth_time = seconds;
    }
    const auto* wanted = asked.find("id_token");
    if (wanted == nullptr || wanted->as_boolean() == false) return out;
    if (!at.speaks().id_token_always && !oauth::has_scope(g.granted, "openid")) {
        return fail(errc::usage, fmt::format("an ID Token needs the scope openid; {} has {}", g.to->client_id,
                                             oauth::format_scope(g.granted)));
    }
    g.with_id_token = true;
    if (wanted->as_boolean()) return out;
    static constexpr std::array<std::string_view, 2> members{"nonce", "claims"};
    if (auto good = only_members(*wanted, members, "an id_token"); !good) return fail(good.error());
    if (auto good = demand_text(*wanted, "nonce"); !good) return fail(good.error());
    if (wanted->find("nonce") != nullptr) g.nonce = std::string(wanted->string_at("nonce"));
    auto more = claims_of(at, *wanted, "id_token");
    if (!more) return fail(more.error());
    out.id_token = std::move(*more);
    return out;
}

// Fills the claims in for the user of the grant.
void add_claims(context& c, const wished_claims& wished, grant_of_tokens& g) {
    if (wished.access_token.members.empty() && wished.id_token.members.empty()) return;
    c.session = g.family;
    const auto values = template_values(c, &g.of, g.to->client_id, g.granted);
    const auto filled = [&](const json::object& claims) {
        json::object out;
        for (const auto& m : claims.members) {
            if (auto value = filled_claim(m.v, {values, &c.in.body})) out.append(m.name, std::move(*value));
        }
        return out;
    };
    g.id_token_claims = filled(wished.id_token);
    auto added = filled(wished.access_token);
    g.added = added.members.empty() ? nullptr : std::make_shared<const json::value>(std::move(added));
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
    static constexpr std::array<std::string_view, 7> members{"client_id", "count",     "users",   "scope",
                                                             "claims",    "auth_time", "id_token"};
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
    const auto wished = read_wishes(*at, asked, g);
    if (!wished) return fail(wished.error());
    json::array tokens;
    std::string type;
    for (std::int64_t i = 0; i < *n; ++i) {
        g.of = {"user", (*users)[static_cast<std::size_t>(i) % users->size()]->sub};
        g.family = at->make_family();
        add_claims(c, *wished, g);
        const auto made = json::parse(issue_tokens(c, g).body).value_or(json::value());
        json::object one{{"access_token", made.string_at("access_token")}};
        for (const auto* name : {"refresh_token", "id_token"}) {
            if (made.find(name) != nullptr) one.append(name, made.string_at(name));
        }
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
