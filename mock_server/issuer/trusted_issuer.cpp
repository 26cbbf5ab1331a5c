#include "mock_server/issuer/trusted_issuer.hpp"

#include <array>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/issuer/issuer_request.hpp"
#include "oauth/jwk.hpp"

namespace assay::mock {
namespace {

constexpr std::array<std::string_view, 4> trusted_members{"issuer", "jwks", "jwks_uri", "subjects"};

result<void> read_keys(const json::value& v, trusted_issuer& out) {
    const auto* keys = v.find("jwks");
    out.jwks_uri = v.string_at("jwks_uri");
    if ((keys == nullptr) == out.jwks_uri.empty())
        return fail(errc::usage,
                    fmt::format("the trusted issuer '{}' needs jwks or jwks_uri, one of them", out.issuer));
    if (keys == nullptr) {
        if (const auto url = http::parse_url(out.jwks_uri); url && url->scheme.starts_with("http")) return {};
        return fail(errc::usage, fmt::format("jwks_uri '{}' must be an http or https URL", out.jwks_uri));
    }
    if (const auto parsed = oauth::parse_jwks(*keys); !parsed)
        return fail(errc::usage, fmt::format("jwks of the trusted issuer '{}' is no JWK Set: {}", out.issuer,
                                             parsed.error().message));
    out.jwks = *keys;
    return {};
}

}  // namespace

result<trusted_issuer> trusted_issuer_from_json(const json::value& v) {
    if (auto ok = only_members(v, trusted_members, "a trusted issuer"); !ok) return fail(ok.error());
    trusted_issuer out;
    out.issuer = v.string_at("issuer");
    if (out.issuer.empty()) return fail(errc::usage, "a trusted issuer needs 'issuer', the iss of its JWTs");
    if (auto ok = read_keys(v, out); !ok) return fail(ok.error());
    const auto* subjects = v.find("subjects");
    if (subjects == nullptr) return out;
    if (!subjects->is_object()) return fail(errc::usage, "'subjects' must be a map from sub to a username");
    for (const auto& m : subjects->as_object()->members) {
        if (!m.v.is_string()) return fail(errc::usage, fmt::format("subjects: '{}' must name a user", m.name));
        out.subjects.emplace(m.name, *m.v.as_string());
    }
    return out;
}

json::object to_json(const trusted_issuer& t) {
    json::object out{{"issuer", t.issuer}};
    if (t.jwks_uri.empty()) {
        out.append("jwks", t.jwks);
    } else {
        out.append("jwks_uri", t.jwks_uri);
    }
    json::object subjects;
    for (const auto& [sub, username] : t.subjects) subjects.append(sub, username);
    if (!subjects.members.empty()) out.append("subjects", std::move(subjects));
    return out;
}

}  // namespace assay::mock
