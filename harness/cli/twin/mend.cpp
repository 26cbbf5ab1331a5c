#include "harness/cli/twin/mend.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/cli/twin/compare.hpp"
#include "harness/cli/twin/recognise.hpp"

namespace assay::harness::twin {
namespace {

// Rules that need what is not in a capture: keys, what was registered, what was issued before it began. That the
// mock's answer differs there says nothing about the provider.
bool is_undecidable(std::string_view rule) {
    constexpr std::array<std::string_view, 16> beginnings{"client.assertion",
                                                          "client.known",
                                                          "client.secret_matches",
                                                          "client.guessing",
                                                          "dpop.",
                                                          "jar.",
                                                          "exchange.",
                                                          "jwt_bearer.",
                                                          "token.code_known",
                                                          "token.code_unexpired",
                                                          "token.refresh_token_known",
                                                          "bearer.",
                                                          "par.request_uri",
                                                          "authorize.client_known",
                                                          "authorize.redirect_uri_registered",
                                                          "token.device"};
    return std::any_of(beginnings.begin(), beginnings.end(), [&](auto one) { return rule.starts_with(one); });
}

constexpr std::array<std::string_view, 6> told_in{
    "error_description", "message", "error_message", "detail", "msg", "reason"};

// The member that tells people what is wrong; empty: none.
std::string description_member(const json::value& body) {
    for (const auto name : told_in) {
        if (!body.string_at(name).empty()) return std::string(name);
    }
    return {};
}

// An error's texts are written for people, so they stay, without what is about one.
json::value error_template(const placeholders& hidden, std::string_view name, const json::value& v,
                           std::string_view description) {
    if (name == "error" && v.is_string()) return "${error}";
    if (!name.empty() && name == description) return "${error_description}";
    if (const auto* text = v.as_string()) {
        if (name == "status") return "${status}";
        const auto known = hidden.template_of(name, v);
        const bool is_hole =
            known.is_string() && (known == json::value("${uuid}") || known == json::value("${time}"));
        auto said = hidden.told(*text);
        for (auto at = said.find("${"); at != std::string::npos; at = said.find("${")) said.erase(at, 1);
        return is_hole ? known : json::value(said);
    }
    if (const auto* list = v.as_array()) {
        json::array out;
        for (const auto& one : *list) out.push_back(error_template(hidden, "", one, ""));
        return out;
    }
    if (!v.is_object()) return v;
    json::object out;
    for (const auto& m : v.as_object()->members)
        out.append(hidden.named(m.name), error_template(hidden, m.name, m.v, description));
    return out;
}

mock::wording words_of(const draft& o, const json::value& body, std::optional<int> status) {
    mock::wording out;
    out.status = status;
    if (!body.string_at("error").empty()) out.error = o.hidden.named(std::string(body.string_at("error")));
    const auto description = description_member(body);
    out.description = description.empty() ? std::string{} : o.hidden.told(std::string(body.string_at(description)));
    return out;
}

// error, error_description and then others: as the mock writes errors by itself.
bool is_written_as_in_rfc(const json::value& body) {
    const auto& members = body.as_object()->members;
    return !members.empty() && members.front().name == "error" && members.front().v.is_string();
}

json::value fields_json(const oauth::form& f) {
    json::object out;
    for (const auto& [name, value] : f.fields) out.append(name, value);
    return out;
}

}  // namespace

bool mender::mend(const rehearsed& r) {
    if (difference(r).empty()) return false;
    if (r.of->is_refused()) return r.is_refused() ? word(r) : word_denial(r);
    return r.is_refused() ? accept(r) : shape(r);
}

// The provider accepted what a rule refuses.
bool mender::accept(const rehearsed& r) {
    const auto rule = mock::find_rule(r.refused.rule);
    const auto seen = seen_at(r.of->of);
    if (r.of->kind == step_kind::userinfo && o_.d.userinfo_needs_openid) {
        o_.set(o_.d.userinfo_needs_openid, false, "userinfo_needs_openid", seen);
        return true;
    }
    // What was good at the provider has ended here, by what it did not take for an attack.
    if (r.refused.rule == "bearer.unrevoked" || r.refused.rule == "token.refresh_token_known") {
        for (const auto reuse : {mock::rule::token_code_reuse_revokes, mock::rule::token_refresh_reuse_revokes}) {
            if (!o_.d.enforces(reuse)) continue;
            o_.enforce(reuse, false, seen);
            return true;
        }
    }
    if (!rule || is_undecidable(r.refused.rule) || !o_.d.enforces(*rule)) return false;
    o_.enforce(*rule, false, seen);
    return true;
}

// Both refused it: with the provider's words.
bool mender::word(const rehearsed& r) {
    const auto rule = mock::find_rule(r.refused.rule);
    if (!rule || !once("word " + std::string(r.refused.rule) + std::to_string(r.of->of.entry))) return false;
    const auto& s = *r.of;
    const auto seen = seen_at(s.callback.fields.empty() ? s.of : s.came_by);
    const bool by_redirect = s.kind == step_kind::authorize;
    const auto body = by_redirect ? fields_json(s.callback) : s.answer;
    if (!body.is_object()) return false;
    const auto status = s.of.response.status;
    auto words = words_of(o_, body, by_redirect || status < 400 ? std::nullopt : std::optional(status));
    const auto description = description_member(body);
    if (by_redirect || is_written_as_in_rfc(body)) {
        for (const auto& m : body.as_object()->members) {
            const bool usual =
                m.name == "error" || m.name == description || (by_redirect && (m.name == "state" || m.name == "iss"));
            if (!usual) words.members.append(m.name, error_template(o_.hidden, m.name, m.v, ""));
        }
    } else {
        const bool reads = s.kind == step_kind::userinfo || s.kind == step_kind::resource;
        auto& shape = reads ? o_.d.answers.bearer_error : o_.d.answers.error;
        o_.set(shape, error_template(o_.hidden, "", body, description),
               reads ? "answers.bearer_error" : "answers.error", seen);
    }
    o_.d.wordings.insert_or_assign(*rule, std::move(words));
    o_.notes[fmt::format("refusal {}", r.refused.rule)] = seen;
    return true;
}

// The person of a mock allows everything; who denies at the mock's page gets the provider's words.
bool mender::word_denial(const rehearsed& r) {
    if (r.of->callback.value("error") != "access_denied" || !once("denial")) return false;
    auto words = words_of(o_, fields_json(r.of->callback), std::nullopt);
    words.error.reset();
    o_.d.wordings.insert_or_assign(mock::rule::consent_denial_respected, std::move(words));
    o_.notes["refusal consent.denial_respected"] = seen_at(r.of->came_by);
    return true;
}

bool mender::shape(const rehearsed& r) {
    const auto seen = seen_at(r.of->of);
    switch (r.of->kind) {
        case step_kind::metadata:
            return shape_metadata(r);
        case step_kind::jwks:
            return shape_keys(r);
        case step_kind::authorize:
            return shape_callback(r);
        case step_kind::token:
            return shape_tokens(r);
        case step_kind::userinfo:
            if (r.of->answer.is_null() || !once("userinfo")) return false;
            o_.set(o_.d.answers.userinfo, o_.hidden.template_of(r.of->answer), "answers.userinfo", seen);
            return true;
        default:
            return false;
    }
}

bool mender::shape_metadata(const rehearsed& r) {
    if (!once("metadata")) return false;
    const auto seen = seen_at(r.of->of);
    std::vector<std::string> names;
    for (const auto& m : r.of->answer.as_object()->members) {
        names.push_back(m.name);
        const auto* now = r.answer.find(m.name);
        const auto ours = named_endpoints();
        const bool is_endpoint =
            std::any_of(ours.begin(), ours.end(), [&](const auto& e) { return e.member == m.name; });
        if (m.name == "issuer" || (is_endpoint && now != nullptr)) continue;
        auto stated = o_.hidden.with_base(m.v);
        if (now == nullptr || !(*now == stated)) o_.d.metadata_extra.set(m.name, std::move(stated));
    }
    o_.notes["metadata_extra"] = seen;
    o_.set(o_.d.metadata_members, std::move(names), "metadata_members", seen);
    return true;
}

bool mender::shape_keys(const rehearsed& r) {
    const auto* keys = r.of->answer.find("keys");
    if (keys == nullptr || !once("jwks")) return false;
    std::vector<std::string> names;
    for (const auto& m : keys->as_array()->front().as_object()->members) names.push_back(m.name);
    o_.set(o_.d.jwks_members, std::move(names), "jwks_members", seen_at(r.of->of));
    return true;
}

bool mender::shape_callback(const rehearsed& r) {
    const auto& s = *r.of;
    if (s.callback.fields.empty() || !once("callback")) return false;
    const auto seen = seen_at(s.came_by);
    const bool has_iss = s.callback.find("iss") != nullptr;
    if (has_iss != (r.callback.find("iss") != nullptr)) {
        o_.enforce(mock::rule::authorize_iss_returned, has_iss, seen);
        o_.enforce(mock::rule::authorize_iss_returned_with_errors, has_iss, seen);
    }
    json::object more;
    for (const auto& [name, value] : s.callback.fields) {
        if (name != "code" && name != "state" && name != "iss") more.append(name, o_.hidden.template_of(name, value));
    }
    o_.set(o_.d.answers.callback, more.empty() ? json::value() : json::value(std::move(more)), "answers.callback",
           seen);
    return true;
}

bool mender::give_refresh_token(const rehearsed& r) {
    const bool lacks = r.of->answer.find("refresh_token") != nullptr && r.answer.find("refresh_token") == nullptr;
    if (!lacks || !once("refresh_token")) return false;
    const auto seen = seen_at(r.of->of);
    o_.enforce(mock::rule::authorize_offline_access_consented, false, seen);
    o_.set(o_.d.refresh.scope, std::string{}, "refresh_tokens.scope", seen);
    o_.set(o_.d.refresh.parameter, std::string{}, "refresh_tokens.parameter", seen);
    o_.set(o_.d.refresh.at_consent_only, false, "refresh_tokens.at_consent_only", seen);
    return true;
}

bool mender::shape_tokens(const rehearsed& r) {
    const auto seen = seen_at(r.of->of);
    const auto was_granted = r.of->answer.string_at("scope");
    const bool drops_offline = was_granted.find("offline_access") != std::string_view::npos &&
                               r.answer.string_at("scope").find("offline_access") == std::string_view::npos;
    if (drops_offline && o_.d.enforces(mock::rule::authorize_offline_access_consented)) {
        o_.enforce(mock::rule::authorize_offline_access_consented, false, seen);
        return true;
    }
    if (give_refresh_token(r)) return true;
    const bool lacks = r.of->answer.find("id_token") != nullptr && r.answer.find("id_token") == nullptr;
    if (lacks && r.of->sent.value("grant_type") != "refresh_token" && once("id_token")) {
        o_.set(o_.d.id_token_always, true, "id_token.always", seen);
        return true;
    }
    if (shape_of(r.answer) != shape_of(r.of->answer)) {
        if (!once("token")) return false;
        // Of all grants: what has no value in one is left out there.
        json::object all;
        for (const auto& s : o_.from.steps) {
            if (s.kind != step_kind::token || s.is_refused() || !s.answer.is_object()) continue;
            const auto own = o_.hidden.template_of(s.answer);
            for (const auto& m : own.as_object()->members) {
                if (all.find(m.name) == nullptr) all.append(m.name, m.v);
            }
        }
        o_.set(o_.d.answers.token, json::value(std::move(all)), "answers.token", seen);
        return true;
    }
    return shape_claims(r, "id_token") || shape_claims(r, "access_token");
}

// By its jti the mock finds an access token again.
constexpr std::string_view own_claim = "jti";

bool mender::shape_claims(const rehearsed& r, const std::string& name) {
    const auto was = claims_of(r.of->answer.string_at(name));
    const auto now = claims_of(r.answer.string_at(name));
    if (!was.is_object() || !now.is_object() || shape_of(was, false) == shape_of(now, false)) return false;
    if (!once("claims of " + name)) return false;
    json::object row;
    for (const auto& m : was.as_object()->members) {
        const auto* there = now.find(m.name);
        if (name == "access_token" && m.name == own_claim) continue;
        if (there == nullptr || shape_of(*there, false) != shape_of(m.v, false))
            row.append(m.name, o_.hidden.template_of(m.name, m.v));
    }
    for (const auto& m : now.as_object()->members) {
        if (was.find(m.name) == nullptr && (name != "access_token" || m.name != own_claim))
            row.append(m.name, json::value());
    }
    if (row.empty()) return false;
    o_.d.claims.push_back({std::move(row), "", {name}});
    o_.also("claims", seen_at(r.of->of));
    return true;
}

}  // namespace assay::harness::twin
