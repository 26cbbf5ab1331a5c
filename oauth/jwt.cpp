#include "oauth/jwt.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "oauth/base64url.hpp"
#include "oauth/jws_header.hpp"

namespace assay::oauth {
namespace {

constexpr std::size_t token_bytes_max = 1U << 20U;

result<std::string> part(std::string_view text, const char* which) {
    auto bytes = base64url_decode(text);
    if (!bytes) return fail(errc::malformed, fmt::format("the token's {}: {}", which, bytes.error().message));
    return bytes;
}

// RFC 7515 §4: an object without duplicate names, alg and kid are strings, every member of crit is understood.
result<json::object> header_of(std::string_view text) {
    auto document = json::parse(text);
    if (!document) return fail(errc::malformed, "the token's header: " + document.error().message);
    auto* header = document->as_object();
    if (header == nullptr) return fail(errc::malformed, "the token's header must be a JSON object");
    if (const auto twice = header->duplicates(); !twice.empty())
        return fail(errc::malformed, fmt::format("the token's header has \"{}\" twice", twice.front()));
    const auto* alg = header->find("alg");
    if (alg == nullptr || !alg->is_string())
        return fail(errc::malformed, "the token's header needs an \"alg\" string");
    if (const auto* kid = header->find("kid"); kid != nullptr && !kid->is_string())
        return fail(errc::malformed, "the token's \"kid\" must be a string");
    if (const auto* crit = header->find("crit")) {
        return fail(
            errc::unsupported,
            fmt::format("the token calls header members critical that are not understood: {}", json::format(*crit)));
    }
    return std::move(*header);
}

}  // namespace

result<std::string> sign_jws(std::string_view header_json, std::string_view payload, jws_alg alg, const jwk& key) {
    constexpr std::size_t signature_room = 352;  // of RSA-2048
    std::string token;
    token.reserve((header_json.size() + payload.size()) * 4 / 3 + signature_room);
    base64url_append(token, header_json);
    token += '.';
    base64url_append(token, payload);
    auto signature = key.sign(alg, token);
    if (!signature) return fail(signature.error());
    token += '.';
    base64url_append(token, *signature);
    return token;
}

result<std::string> sign_jwt(const json::object& claims, jws_alg alg, const jwk& key, bool with_kid) {
    json::object header{{"typ", "JWT"}, {"alg", alg_name(alg)}};
    if (with_kid && !key.kid().empty()) header.append("kid", key.kid());
    return sign_jws(json::format(header), json::format(claims), alg, key);
}

result<jws_parts> parse_jws(std::string_view token) {
    if (token.size() > token_bytes_max)
        return fail(errc::limit,
                    fmt::format("the token has {} bytes; send at most {}", token.size(), token_bytes_max));
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return fail(errc::malformed, "a signed token has three parts with dots between them");
    auto header_json = part(token.substr(0, first), "header");
    if (!header_json) return fail(header_json.error());
    auto payload = part(token.substr(first + 1, second - first - 1), "payload");
    if (!payload) return fail(payload.error());
    auto signature = part(token.substr(second + 1), "signature");
    if (!signature) return fail(signature.error());
    auto header = header_of(*header_json);
    if (!header) return fail(header.error());
    return jws_parts{std::move(*header_json), std::move(*payload), std::move(*signature),
                     std::string(token.substr(0, second)), std::move(*header)};
}

std::optional<std::string> kid_of(const jws_parts& parts) {
    const auto* kid = parts.header.find("kid");
    return kid == nullptr ? std::nullopt : std::optional(*kid->as_string());
}

// The header's alg, when the caller accepts it.
result<jws_alg> accepted_alg(const jws_parts& parts, const std::vector<jws_alg>& accepted) {
    const auto* member = parts.header.find("alg");
    const auto* name = member == nullptr ? nullptr : member->as_string();
    const auto alg = name == nullptr ? std::nullopt : parse_alg(*name);
    if (alg && *alg != jws_alg::none && std::find(accepted.begin(), accepted.end(), *alg) != accepted.end())
        return *alg;
    return fail(errc::crypto, fmt::format("the token is signed with alg {}, which is not accepted here",
                                          member == nullptr ? "(absent)" : json::format(*member)));
}

result<jws_signers> signers_of(const jws_parts& parts, const jwks& keys, const std::vector<jws_alg>& accepted) {
    const auto alg = accepted_alg(parts, accepted);
    if (!alg) return fail(alg.error());
    jws_signers out{*alg, keys.candidates(*alg, kid_of(parts))};
    if (out.keys.empty()) {
        return fail(errc::crypto,
                    fmt::format("no key of the JWK Set fits the token's header {}; {} keys, {} not understood",
                                parts.header_json, keys.keys.size() + keys.skipped, keys.skipped));
    }
    return out;
}

result<void> verify_jws(const jws_parts& parts, const jwks& keys, const std::vector<jws_alg>& accepted) {
    const auto signers = signers_of(parts, keys, accepted);
    if (!signers) return fail(signers.error());
    for (const auto* key : signers->keys) {
        if (key->verify(signers->alg, parts.signing_input, parts.signature)) return {};
    }
    return fail(errc::crypto, fmt::format("the token's {} signature does not verify", alg_name(signers->alg)));
}

result<void> verify_jws(const jws_parts& parts, const jwk& key, const std::vector<jws_alg>& accepted) {
    const auto alg = accepted_alg(parts, accepted);
    if (!alg) return fail(alg.error());
    if (!key.fits(*alg))
        return fail(errc::crypto,
                    fmt::format("the token is signed with {}, but the key is of type {}", alg_name(*alg), key.kty()));
    if (key.verify(*alg, parts.signing_input, parts.signature)) return {};
    return fail(errc::crypto, fmt::format("the token's {} signature does not verify", alg_name(*alg)));
}

}  // namespace assay::oauth
