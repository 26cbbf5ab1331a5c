#include "mock_server/protocol/bearer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mock_server/observe/diagnosis/diagnosis.hpp"
#include "mock_server/protocol/access_token.hpp"
#include "mock_server/protocol/dpop.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

// What the client probably sent in place of an access token.
std::string_view mistaken_for_access(const context& c, const std::string& text) {
    if (c.at->tokens.pairs.find_refresh(text)) return got::refresh_token_for_access;
    return c.at->tokens.find_code(text) ? got::code_for_access : "a token that this issuer never issued";
}

// Users and organizations can be deleted while their tokens are still valid.
bool is_still_there(const context& c, const subject& of) {
    if (of.sub_type == "user") return c.at->find_user(of.sub) != nullptr;
    return of.sub_type != "organization" || c.at->find_organization(of.sub) != nullptr;
}

outcome<token_pair> live_token(context& c, const std::string& text) {
    auto p = find_access_token(c, text);
    if (auto no = c.demand(rule::bearer_known, p.has_value(), p ? "" : mistaken_for_access(c, text),
                           "an issued access token")) {
        return refuse(*no);
    }
    if (!p) {
        p.emplace();
        p->grant = std::make_shared<const token_grant>(
            token_grant{"", oauth::format_scope(c.speaks().scopes_supported), {"user", c.at->users().front().sub}});
        return *p;
    }
    c.client_id = p->grant->client_id;
    if (auto no = c.demand(rule::bearer_known, is_still_there(c, p->grant->of), "a token of a deleted user",
                           "a token of an existing user")) {
        return refuse(*no);
    }
    // In Polar the pair is revoked when either token is.
    const bool revoked = p->access_revoked || (c.speaks().pair_ends_as_one && p->refresh_revoked);
    if (auto no = c.demand(rule::bearer_unrevoked, !revoked, "a revoked access token", "a live access token")) {
        return refuse(*no);
    }
    const auto expires = p->issued_at + p->expires_in;
    if (auto no = c.demand(rule::bearer_unexpired, !p->access_expired(c.now), fmt::format("expired at {}", expires),
                           "a live access token")) {
        return refuse(*no);
    }
    return *p;
}

// RFC 9449 §7.1; nullopt: another scheme.
std::optional<std::string> read_dpop_token(const context& c, std::string_view header) {
    if (!c.speaks().dpop || !http::iequals(header.substr(0, 5), "DPoP ")) return std::nullopt;
    auto text = oauth::parse_bearer("Bearer " + std::string(header.substr(5)));
    return text ? std::optional(std::move(*text)) : std::nullopt;
}

bool names_scheme(std::string_view header, std::string_view scheme) {
    return http::iequals(header.substr(0, scheme.size()), scheme) &&
           (header.size() == scheme.size() || header[scheme.size()] == ' ');
}

// Polar accepts any text after the scheme.
std::optional<std::string> behind_bearer(std::string_view header) {
    if (!names_scheme(header, "Bearer")) return std::nullopt;
    header.remove_prefix(std::min(header.find_first_not_of(' ', 6), header.size()));
    return header.empty() ? std::nullopt : std::optional<std::string>(header);
}

}  // namespace

std::optional<refusal> demand_one_bearer(context& c) {
    const auto header = c.in.request.head.value("authorization");
    if (auto no = c.demand(rule::bearer_authorization_not_repeated, c.in.request.head.count("Authorization") <= 1,
                           "several Authorization fields", "one")) {
        return no;
    }
    const bool by_dpop = c.speaks().dpop && names_scheme(header, "DPoP");
    const bool well_formed = (!by_dpop && !names_scheme(header, "Bearer")) || read_dpop_token(c, header) ||
                             oauth::parse_bearer(header).has_value();
    return c.demand(rule::bearer_well_formed, well_formed, "no single token behind the scheme",
                    "Authorization: Bearer TOKEN");
}

outcome<token_pair> authorize_bearer(context& c) {
    if (auto no = demand_one_bearer(c)) return refuse(*no);
    auto header = c.in.request.head.value("authorization");
    // With the rule switched off the server takes the first of several tokens.
    if (!c.enforces(rule::bearer_well_formed)) header = header.substr(0, header.find(','));
    const std::string_view other = c.speaks().token_scheme;
    const auto as_bearer = "Bearer" + std::string(header.substr(std::min(other.size(), header.size())));
    if (other != "Bearer" && names_scheme(header, other)) header = as_bearer;
    const auto by_dpop = read_dpop_token(c, header);
    const bool scheme_read = c.enforces(rule::bearer_scheme_any_case) || header.starts_with("Bearer ");
    auto text = oauth::parse_bearer(scheme_read ? header : std::string_view{});
    if (by_dpop) text = *by_dpop;
    const auto* in_query = c.in.query.find("access_token");
    const bool elsewhere = in_query != nullptr || c.in.body.find("access_token") != nullptr;
    if (auto no = c.demand(rule::bearer_single_transport, !text || !elsewhere, "two access tokens", "one")) {
        return refuse(*no);
    }
    if (!text && in_query != nullptr && !c.enforces(rule::bearer_not_in_query)) text = *in_query;
    if (auto no = c.demand(rule::bearer_present, text.has_value(), "no Bearer token", "Authorization: Bearer …")) {
        return refuse(*no);
    }
    auto token = live_token(c, text.value_or(""));
    if (!token) return token;
    if (auto no = demand_bound_key(c, *token, text.value_or(""), by_dpop.has_value())) return refuse(*no);
    return token;
}

std::optional<refusal> demand_scope(context& c, const token_pair& token, std::span<const std::string> any_of) {
    const auto held = oauth::parse_scope(token.grant->scope);
    const bool enough = any_of.empty() || std::any_of(any_of.begin(), any_of.end(), [&](const std::string& s) {
                            return oauth::has_scope(held, s);
                        });
    return c.demand(rule::bearer_scope_sufficient, enough, token.grant->scope,
                    fmt::format("{}", fmt::join(any_of, " ")));
}

std::optional<refusal> precheck_bearer(context& c) {
    if (!c.speaks().bearer_precheck) return std::nullopt;
    const auto text = behind_bearer(c.in.request.head.value("authorization"));
    if (!text) return std::nullopt;
    const auto& prefixes = c.speaks().token_prefixes;
    if (const auto crt = prefixes.find("registration_access_token");
        crt != prefixes.end() && text->starts_with(crt->second)) {
        return std::nullopt;
    }
    auto live = live_token(c, *text);
    if (live) return std::nullopt;
    return live.error();
}

}  // namespace assay::mock
