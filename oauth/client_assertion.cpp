#include "oauth/client_assertion.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace assay::oauth {
namespace {

std::string shown(const json::object& claims, std::string_view name) {
    const auto* v = claims.find(name);
    return v == nullptr ? "(absent)" : json::format(*v);
}

bool is_text(const json::object& claims, std::string_view name, const std::string& text) {
    const auto* v = claims.find(name);
    return v != nullptr && v->is_string() && *v->as_string() == text;
}

std::optional<double> date(const json::object& claims, std::string_view name) {
    const auto* v = claims.find(name);
    return v == nullptr ? std::nullopt : v->as_number();
}

}  // namespace

bool audience_holds(const json::object& claims, const std::vector<std::string>& audiences) {
    const auto wanted = [&](const json::value& v) {
        return v.is_string() && std::find(audiences.begin(), audiences.end(), *v.as_string()) != audiences.end();
    };
    const auto* aud = claims.find("aud");
    if (aud == nullptr) return false;
    if (const auto* list = aud->as_array()) return std::any_of(list->begin(), list->end(), wanted);
    return wanted(*aud);
}

bool is_past(const json::object& claims, std::int64_t now, std::int64_t leeway) {
    const auto exp = date(claims, "exp");
    return !exp || *exp + static_cast<double>(leeway) <= static_cast<double>(now);
}

bool is_to_come(const json::object& claims, std::int64_t now, std::int64_t leeway) {
    if (claims.find("nbf") == nullptr) return false;
    const auto nbf = date(claims, "nbf");
    return !nbf || *nbf - static_cast<double>(leeway) > static_cast<double>(now);
}

std::vector<claim_finding> judge_client_assertion(const json::object& claims,
                                                  const client_assertion_expectations& want) {
    std::vector<claim_finding> out;
    const auto add = [&](const char* claim, const char* clause, std::string expected) {
        out.push_back({claim, clause, std::move(expected), shown(claims, claim)});
    };
    if (!is_text(claims, "iss", want.client_id)) add("iss", "RFC 7523 §3 (1)", want.client_id);
    if (!is_text(claims, "sub", want.client_id)) add("sub", "RFC 7523 §3 (2)", want.client_id);
    if (!audience_holds(claims, want.audiences)) {
        add("aud", "RFC 7523 §3 (3)", fmt::format("{}", fmt::join(want.audiences, " or ")));
    }
    if (is_past(claims, want.now, want.leeway)) add("exp", "RFC 7523 §3 (4)", fmt::format("after {}", want.now));
    if (is_to_come(claims, want.now, want.leeway)) add("nbf", "RFC 7523 §3 (5)", fmt::format("by {}", want.now));
    if (claims.find("iat") != nullptr) {
        const auto iat = date(claims, "iat");
        const auto earliest = want.now - want.oldest;
        const auto latest = want.now + want.leeway;
        if (!iat || *iat < static_cast<double>(earliest) || *iat > static_cast<double>(latest)) {
            add("iat", "RFC 7523 §3 (6)", fmt::format("from {} to {}", earliest, latest));
        }
    }
    const auto* jti = claims.find("jti");
    if (jti == nullptr || !jti->is_string() || jti->as_string()->empty()) add("jti", "OIDC Core §9", "a fresh text");
    return out;
}

}  // namespace assay::oauth
