#include "mock_server/protocol/foreign_jwt.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "mock_server/issuer/postman.hpp"
#include "oauth/jwt.hpp"

namespace assay::mock {
namespace {

constexpr std::size_t jwt_bytes_max = 16U << 10U;

const trusted_issuer* issuer_of(const context& c, const json::object& claims) {
    const auto& all = c.at->config().trusted;
    const std::string iss(json::value(claims).string_at("iss"));
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.issuer == iss; });
    return found == all.end() ? nullptr : &*found;
}

result<void> verify_with(const context& c, const oauth::jws_parts& parts, const trusted_issuer& by) {
    if (by.jwks_uri.empty()) {
        const auto keys = oauth::parse_jwks(by.jwks);
        if (!keys) return fail(keys.error());
        return oauth::verify_jws(parts, *keys, oauth::asymmetric_algs());
    }
    const auto keys = c.at->elsewhere.find(by.jwks_uri);
    if (!keys) return fail(errc::timeout, fmt::format("the keys of its issuer did not come from {}", by.jwks_uri));
    if (!*keys) {
        const auto& why = keys->error();
        return fail(why.code,
                    fmt::format("the keys of its issuer could not be had from {}: {}", by.jwks_uri, why.message));
    }
    return oauth::verify_jws(parts, **keys, oauth::asymmetric_algs());
}

}  // namespace

foreign_jwt read_foreign_jwt(const context& c, std::string_view text) {
    foreign_jwt out;
    const auto parts = text.size() <= jwt_bytes_max
                           ? oauth::parse_jws(text)
                           : fail(errc::limit, fmt::format("it has more than {} bytes", jwt_bytes_max));
    const auto payload = parts ? json::parse(parts->payload) : fail(parts.error());
    if (!payload || !payload->is_object()) {
        const std::string why = payload ? "its payload is no JSON object" : payload.error().message;
        out.verified = fail(errc::malformed, "it is no signed JWT: " + why);
        return out;
    }
    out.is_jwt = true;
    out.claims = *payload->as_object();
    out.by = issuer_of(c, out.claims);
    out.verified = out.by == nullptr ? result<void>(fail(errc::crypto, "its iss is none of trusted_issuers"))
                                     : verify_with(c, *parts, *out.by);
    return out;
}

std::optional<subject> subject_of(const context& c, const foreign_jwt& jwt) {
    const std::string sub(json::value(jwt.claims).string_at("sub"));
    if (sub.empty()) return std::nullopt;
    if (jwt.by != nullptr && !jwt.by->subjects.empty()) {
        const auto mapped = jwt.by->subjects.find(sub);
        const auto who = mapped == jwt.by->subjects.end() ? nullptr : c.at->find_user(mapped->second);
        if (who == nullptr) return std::nullopt;
        return subject{"user", who->sub};
    }
    if (const auto who = c.at->find_user(sub)) return subject{"user", who->sub};
    return subject{"client", sub};
}

answer with_keys_of(context& c, std::initializer_list<std::string_view> texts, std::function<http::response()> next) {
    const auto post = c.at->config().post.lock();
    std::vector<std::pair<std::string, bool>> awaited;  // where they are, and whether one is missing
    for (const auto text : texts) {
        const auto jwt = read_foreign_jwt(c, text);
        if (jwt.by == nullptr || jwt.by->jwks_uri.empty() || !post) continue;
        // A key that is missing may be a new one: the issuer has rotated its keys.
        const auto& uri = jwt.by->jwks_uri;
        const bool missing = !jwt.verified;
        c.at->elsewhere.fetch(*post, uri, missing);
        if (c.at->elsewhere.is_awaited(uri, missing)) awaited.emplace_back(uri, missing);
    }
    if (awaited.empty()) return next();
    held waits;
    waits.point = "keys";
    waits.next = std::move(next);
    waits.ready = [at = c.at, awaited = std::move(awaited)] {
        return std::none_of(awaited.begin(), awaited.end(),
                            [&](const auto& one) { return at->elsewhere.is_awaited(one.first, one.second); });
    };
    return waits;
}

}  // namespace assay::mock
