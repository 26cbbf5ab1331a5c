#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "harness/cli/twin/draft.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "oauth/grant_types.hpp"
#include "oauth/jws_alg.hpp"
#include "oauth/jwt.hpp"
#include "oauth/scope.hpp"

namespace assay::harness::twin {
namespace {

using strings = std::vector<std::string>;

constexpr std::int64_t seconds_max = 10'000'000'000;  // 300 years

// Google's and Entra's version 1.0 have it as a text; a form always has.
std::optional<std::int64_t> seconds_at(const json::value& answer, std::string_view name) {
    const auto* v = answer.find(name);
    if (v == nullptr) return std::nullopt;
    if (const auto n = v->as_integer()) return *n >= 0 && *n < seconds_max ? n : std::nullopt;
    const auto text = answer.string_at(name);
    if (text.empty() || text.size() > 9) return std::nullopt;
    std::int64_t out = 0;
    for (const char c : text) {
        if (std::isdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
        out = out * 10 + (c - '0');
    }
    return out;
}

bool adds(strings& list, const std::string& one) {
    if (one.empty() || std::find(list.begin(), list.end(), one) != list.end()) return false;
    list.push_back(one);
    return true;
}

// "gho_", "ya29.", "xoxb-", "1//": what stands before the random part of all of them. Of one token only a mark that
// nobody takes for chance: letters, perhaps digits, and a sign.
std::string prefix_of(const strings& tokens) {
    if (tokens.empty()) return {};
    std::string_view common = tokens.front();
    for (const auto& one : tokens) {
        const auto ends = std::mismatch(common.begin(), common.end(), one.begin(), one.end()).first;
        common = common.substr(0, static_cast<std::size_t>(ends - common.begin()));
    }
    if (common.starts_with("1//")) return "1//";
    std::size_t end = 0;
    for (std::size_t at = 0; at < common.size() && at < 24;) {
        const auto begin = at;
        while (at < common.size() && std::islower(static_cast<unsigned char>(common[at])) != 0) ++at;
        const auto letters = at - begin;
        while (at < common.size() && std::isdigit(static_cast<unsigned char>(common[at])) != 0 && at - begin < 6)
            ++at;
        const bool sign = at < common.size() && std::string_view("_-.").find(common[at]) != std::string_view::npos;
        if (letters < (begin == 0 ? 2U : 1U) || at - begin > 8 || !sign) break;
        end = ++at;
    }
    return std::string(common.substr(0, end));
}

struct seen_tokens {
    strings values;  // neither masked nor JWTs
    std::string seen;
    std::string jwt_seen;  // where one was a JWT; empty: nowhere
    std::string masked_seen;
};

void note_token(seen_tokens& out, std::string_view token, const std::string& seen) {
    if (token.empty()) return;
    if (is_masked(token)) {
        out.masked_seen = seen;
    } else if (oauth::parse_jws(token)) {
        out.jwt_seen = seen;
    } else {
        out.values.emplace_back(token);
        if (out.seen.empty()) out.seen = seen;
    }
}

struct all_tokens {
    seen_tokens code, access, refresh;
};

all_tokens gather(const capture& c) {
    all_tokens out;
    for (const auto& s : c.steps) {
        note_token(out.code, s.callback.value("code"), s.came_by.entry == 0 ? "" : seen_at(s.came_by));
        if (s.kind != step_kind::token) continue;
        note_token(out.access, s.answer.string_at("access_token"), seen_at(s.of));
        note_token(out.refresh, s.answer.string_at("refresh_token"), seen_at(s.of));
    }
    return out;
}

bool is_alphanumeric(const strings& tokens, std::size_t prefix) {
    return std::all_of(tokens.begin(), tokens.end(), [&](const std::string& one) {
        return std::all_of(one.begin() + static_cast<std::ptrdiff_t>(std::min(prefix, one.size())), one.end(),
                           [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
    });
}

void take_formats(draft& o, const all_tokens& all) {
    for (const auto& [kind, one] :
         {std::pair{"code", &all.code}, {"access_user", &all.access}, {"refresh_user", &all.refresh}}) {
        if (one->values.empty()) continue;
        const auto found = prefix_of(one->values);
        const auto before = o.d.token_prefixes.find(kind);
        if (found == (before == o.d.token_prefixes.end() ? "" : before->second)) continue;
        // An empty one takes back that of the base.
        o.d.token_prefixes[kind] = found;
        o.also("tokens.prefixes", one->seen);
    }
    const auto& access = all.access;
    if (!access.values.empty()) {
        const auto prefix = prefix_of(access.values).size();
        const bool plain = is_alphanumeric(access.values, prefix);
        if (plain != (o.d.token_format == "alphanumeric") && o.d.token_format != "polar")
            o.set(o.d.token_format, std::string(plain ? "alphanumeric" : "opaque"), "tokens.format", access.seen);
        o.set(o.d.jwt_access_tokens, false, "tokens.jwt_access_tokens", access.seen);
        const std::size_t made = prefix + (plain ? 36 : 43);
        if (access.values.front().size() != made)
            o.doubt(fmt::format("Access tokens had {} characters; those of a dialect have {}.",
                                access.values.front().size(), made));
    }
    if (!access.jwt_seen.empty()) {
        o.set(o.d.jwt_access_tokens, true, "tokens.jwt_access_tokens", access.jwt_seen);
        auto& jwks = o.d.paths[static_cast<std::size_t>(&mock::endpoint_named("jwks") - mock::endpoint_rows.data())];
        if (jwks.empty()) o.set(jwks, std::string("/jwks"), "paths.jwks", "not seen, but JWTs are verified with it");
    }
    if (!all.refresh.jwt_seen.empty()) o.doubt("Refresh tokens were JWTs; those of a dialect are opaque.");
    if (!access.masked_seen.empty())
        o.doubt(
            "The tokens are masked in the capture: whether they are JWTs, their claims and prefixes were not seen. "
            "journal.har?secrets=show of the control API has them.");
}

void take_lifetimes(draft& o, const step& s, bool refreshed) {
    const auto seen = seen_at(s.of);
    const auto lives = seconds_at(s.answer, "expires_in").value_or(0);
    if (refreshed) o.set(o.d.refreshed_access_token_lifetime, lives, "lifetimes.refreshed_access_token", seen);
    if (!refreshed) o.set(o.d.access_token_lifetime, lives, "lifetimes.access_token", seen);
    for (const auto* name : {"refresh_expires_in", "refresh_token_expires_in"}) {
        if (const auto n = seconds_at(s.answer, name))
            o.set(o.d.refresh_token_lifetime, *n, "lifetimes.refresh_token", seen);
    }
}

void take_id_token(draft& o, const step& s) {
    const auto parts = oauth::parse_jws(s.answer.string_at("id_token"));
    const auto claims = parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
    if (!claims.is_object()) return;
    const auto seen = seen_at(s.of);
    const auto* exp = claims.find("exp");
    const auto* iat = claims.find("iat");
    // 0 stands for an absent or a strange one.
    const auto from = iat == nullptr ? 0 : iat->as_integer().value_or(0);
    const auto to = exp == nullptr ? 0 : exp->as_integer().value_or(0);
    if (from > 0 && to > from && to - from < seconds_max)
        o.set(o.d.id_token_lifetime, to - from, "lifetimes.id_token", seen);
    const auto* aud = claims.find("aud");
    o.set(o.d.id_token_aud_array, aud != nullptr && aud->is_array(), "id_token.aud_array", seen);
    o.set(o.d.id_token_kid, parts->header.find("kid") != nullptr, "id_token.kid", seen);
    const auto* nonce = claims.find("nonce");
    o.set(o.d.id_token_null_nonce, nonce != nullptr && nonce->is_null(), "id_token.null_nonce", seen);
    const std::string alg(json::value(parts->header).string_at("alg"));
    const auto& names = oauth::asymmetric_alg_names();
    if (std::find(names.begin(), names.end(), alg) == names.end()) {
        o.doubt(fmt::format("ID Tokens were signed with {}; those of a dialect are signed with {}.",
                            o.hidden.told(alg), o.d.signing_algs.front()));
        return;
    }
    auto algs = o.from.first(step_kind::metadata) == nullptr ? strings{} : o.d.signing_algs;
    std::erase(algs, alg);
    algs.insert(algs.begin(), alg);
    o.set(o.d.signing_algs, std::move(algs), "signing.alg", seen);
}

// Whether a refresh gives another refresh token, the same, or none.
void take_rotation(draft& o, const step& s) {
    const auto seen = seen_at(s.of);
    const auto now = s.answer.string_at("refresh_token");
    const auto before = s.sent.value("refresh_token");
    const bool known = !is_masked(before) && !is_masked(now);
    const bool rotates = !now.empty() && now != before;
    if (now.empty() || known) o.enforce(mock::rule::token_refresh_token_rotated, rotates, seen);
    if (!rotates) o.set(o.d.refresh.repeated, !now.empty(), "refresh_tokens.repeated", seen);
    o.set(o.d.id_token_on_refresh, s.answer.find("id_token") != nullptr, "id_token.on_refresh", seen);
}

void take_conditions(draft& o, const step& s) {
    const auto seen = seen_at(s.of);
    const bool given = s.answer.find("refresh_token") != nullptr;
    const bool offered = oauth::has_scope(o.d.grant_types, "refresh_token");
    if (given) {
        if (!offered)
            o.set(
                o.d.grant_types,
                [&] {
                    auto all = o.d.grant_types;
                    all.emplace_back("refresh_token");
                    return all;
                }(),
                "grant_types", seen);
        return;
    }
    // Where offline_access is known and was not asked for, that is the likely reason.
    const bool known = oauth::has_scope(o.d.scopes_supported, "offline_access");
    if (offered && known && !oauth::has_scope(oauth::parse_scope(s.answer.string_at("scope")), "offline_access") &&
        o.base->sources.empty()) {
        o.set(o.d.refresh.scope, std::string("offline_access"), "refresh_tokens.scope",
              seen + ", without refresh_token");
        o.doubt("There was no refresh token; that offline_access brings one is a guess.");
    } else if (offered && o.base->sources.empty()) {
        strings all = o.d.grant_types;
        std::erase(all, "refresh_token");
        o.set(o.d.grant_types, std::move(all), "grant_types", seen + ", without refresh_token");
        o.doubt("There was no refresh token, and so there is none here.");
    }
}

// In requests and answers: "repo gist", "repo,gist".
void take_scopes(draft& o, const step* metadata) {
    strings all = metadata == nullptr ? strings{} : o.d.scopes_supported;
    std::string separators = " ";
    std::string seen;
    for (const auto& s : o.from.steps) {
        const std::string asked(s.sent.value("scope"));
        const std::string granted(s.kind == step_kind::token ? s.answer.string_at("scope") : "");
        for (auto text : {asked, granted}) {
            const bool commas = text.find(',') != std::string::npos && text.find(' ') == std::string::npos;
            if (commas) std::replace(text.begin(), text.end(), ',', ' ');
            for (const auto& one : oauth::parse_scope(text)) {
                if (oauth::is_scope_token(one) && all.size() < 500) adds(all, o.hidden.named(one));
            }
            if (!commas) continue;
            separators = ", ";
            seen = seen_at(s.of);
        }
    }
    if (!seen.empty()) o.set(o.d.scope_separators, separators, "scope_separators", seen);
    const bool known = o.base->sources.empty() || metadata != nullptr;
    if (known)
        o.set(o.d.scopes_supported, all, "scopes_supported",
              metadata == nullptr ? "those that were seen" : seen_at(metadata->of));
    // Without a list of the scopes nobody can say which are unknown.
    const bool listed = metadata != nullptr && metadata->answer.find("scopes_supported") != nullptr;
    if (!listed && o.base->sources.empty())
        o.enforce(mock::rule::authorize_scope_known, false, "no metadata lists the scopes");
}

void take_devices(draft& o) {
    const auto* s = o.from.first(step_kind::device_authorization);
    if (s == nullptr) return;
    if (const auto n = seconds_at(s->answer, "expires_in"))
        o.set(o.d.device_code_lifetime, *n, "lifetimes.device_code", seen_at(s->of));
    if (const auto n = seconds_at(s->answer, "interval"))
        o.set(o.d.device_interval, *n, "device_interval", seen_at(s->of));
    auto grants = o.d.grant_types;
    if (adds(grants, std::string(oauth::device_code_grant)))
        o.set(o.d.grant_types, std::move(grants), "grant_types", seen_at(s->of));
}

void take_grants(draft& o, const step* metadata) {
    if (metadata != nullptr || !o.base->sources.empty()) return;
    strings all{"authorization_code"};
    const strings offered = o.base->grant_types;
    for (const auto& s : o.from.steps) {
        const std::string type(s.sent.value("grant_type"));
        const bool known = std::find(offered.begin(), offered.end(), type) != offered.end();
        if (s.kind == step_kind::token && !s.is_refused() && known) adds(all, type);
    }
    adds(all, "refresh_token");  // taken away where a code yields none
    o.set(o.d.grant_types, std::move(all), "grant_types", "those that were seen");
}

}  // namespace

void take_token_facts(draft& o) {
    const auto* metadata = o.from.first(step_kind::metadata);
    take_grants(o, metadata);
    take_devices(o);
    take_scopes(o, metadata);
    take_formats(o, gather(o.from));
    bool refreshed = false, identified = false;
    for (const auto& s : o.from.steps) {
        if (s.kind != step_kind::token || s.is_refused() || s.answer.find("access_token") == nullptr) continue;
        const auto type = s.sent.value("grant_type");
        const bool by_code = type.empty() || type == "authorization_code";
        if (type == "refresh_token") take_rotation(o, s);
        refreshed = refreshed || type == "refresh_token";
        if (by_code || type == "refresh_token") take_lifetimes(o, s, type == "refresh_token");
        if (by_code) take_conditions(o, s);
        identified = identified || s.answer.find("id_token") != nullptr;
        take_id_token(o, s);
    }
    if (!refreshed && o.from.first(step_kind::token) != nullptr) {
        if (o.base->sources.empty())
            o.set(o.d.refreshed_access_token_lifetime, o.d.access_token_lifetime, "lifetimes.refreshed_access_token",
                  "no refresh was seen; as for a code");
        o.doubt("No refresh: whether a refresh token is replaced, and what such an answer has.");
    }
    if (!identified) o.doubt("No ID Token.");
    if (o.notes.find("lifetimes.refresh_token") == o.notes.end()) o.doubt("How long a refresh token is valid.");
    auto& grants = o.d.registration.grant_types;
    std::erase_if(grants, [&](const std::string& one) { return !oauth::has_scope(o.d.grant_types, one); });
    if (grants != o.base->registration.grant_types) o.notes["registration.grant_types"] = "as grant_types";
}

}  // namespace assay::harness::twin
