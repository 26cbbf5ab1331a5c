// Keys and signatures of `assay rp` (OIDC Core §10.1.1, RFC 8725 §3).
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>

#include "harness/relying_party/relying_party.hpp"
#include "oauth/base64url.hpp"
#include "oauth/evp.hpp"
#include "oauth/signer.hpp"

namespace assay::harness {
namespace {

using namespace std::chrono_literals;

// After an unknown kid the key set is fetched again, since the key may be new; at most once in this time, so that
// forged tokens cannot make this client flood the server.
constexpr auto cool_down = 30s;

// The base64-decoded bytes between the first and last line of a PEM text.
std::string der_of(const std::string& pem) {
    std::string text;
    std::istringstream lines(pem);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("-----")) text += line;
    }
    return oauth::base64_decode(text).value_or("");
}

// HS256 with a public value as the secret: RFC 8725 §2.1, and OIDC Core §3.1.3.7 (7) for the client_secret.
bool fooled_by_hs256(const rp_settings& s, const oauth::jws_parts& parts, const oauth::jwks& keys) {
    if (s.without.without(validation::alg_client_secret) && !s.client_secret.empty() &&
        oauth::verify_jws(parts, oauth::jwk::from_secret(s.client_secret), {oauth::jws_alg::HS256})) {
        return true;
    }
    if (s.without.does(validation::alg_confusion)) return false;
    return std::any_of(keys.keys.begin(), keys.keys.end(), [&](const oauth::jwk& key) {
        const std::string pem = key.public_pem();
        const auto as_secret = [&](const std::string& text) {
            return oauth::verify_jws(parts, oauth::jwk::from_secret(text), {oauth::jws_alg::HS256}).has_value();
        };
        return as_secret(pem) || as_secret(der_of(pem)) || as_secret(json::format(json::value(key.public_json())));
    });
}

bool any_key_verifies(const oauth::jws_parts& parts, const oauth::jwks& keys,
                      const std::vector<oauth::jws_alg>& algs) {
    for (const oauth::jwk& key : keys.keys) {
        if (oauth::verify_jws(parts, key, algs)) return true;
    }
    return false;
}

// The key set without the members that a mutant ignores.
oauth::jwks overlooking(const mutant& w, const json::value& document) {
    json::array keys;
    const json::value* list = document.find("keys");
    for (const json::value& key : list != nullptr && list->is_array() ? *list->as_array() : json::array{}) {
        json::object seen = key.is_object() ? *key.as_object() : json::object{};
        if (w.without(validation::key_use)) seen.erase("use");
        if (w.without(validation::key_alg)) seen.erase("alg");
        keys.emplace_back(std::move(seen));
    }
    const result<oauth::jwks> set = oauth::parse_jwks(json::value(json::object{{"keys", std::move(keys)}}));
    return set ? *set : oauth::jwks{};
}

std::string header_text(const oauth::jws_parts& parts, std::string_view name) {
    return std::string(json::value(parts.header).string_at(name));
}

// RSA of 1024 bits, which oauth::jwk refuses, so it is verified through OpenSSL directly.
bool weak_key_verifies(const oauth::jws_parts& parts, const json::value& document) {
    const json::value* list = document.find("keys");
    if (list == nullptr || !list->is_array()) return false;
    for (const json::value& key : *list->as_array()) {
        const result<std::string> n = oauth::base64url_decode(key.string_at("n"));
        const result<std::string> e = oauth::base64url_decode(key.string_at("e"));
        if (!n || !e || key.string_at("kid") != header_text(parts, "kid")) continue;
        const result<oauth::evp_pkey> pkey = oauth::rsa_key({*n, *e});
        if (pkey && oauth::prepared_key(pkey->get(), false)
                        .verify(oauth::jws_alg::RS256, parts.signing_input, parts.signature)) {
            return true;
        }
    }
    return false;
}

bool header_key_verifies(const oauth::jws_parts& parts) {
    const json::value* key = parts.header.find("jwk");
    if (key == nullptr) return false;
    const result<oauth::jwk> brought = oauth::jwk::from_json(*key);
    return brought && oauth::verify_jws(parts, *brought, {oauth::jws_alg::RS256});
}

}  // namespace

decision<oauth::jwks> rp_party::fetch_keys(const provider& p) {
    const mutant& w = settings_.without;
    decision<http::response> answer = get_following(p.jwks_uri);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status != 200) {
        return refuse("jwks_status", fmt::format("the jwks_uri answered with status {}", answer->status));
    }
    if (w.without(validation::media_type) && answer->head.value("Content-Type") != "application/json")
        die("the JWK Set has another media type");
    const decision<json::value> document = json_of(*answer, "the JWK Set");
    if (!document) return tl::unexpected(document.error());
    result<oauth::jwks> set = oauth::parse_jwks(*document);
    if (!set) return refuse("jwks_malformed", set.error().text());
    if (w.without(validation::unknown_keys) && set->skipped > 0)
        return refuse("unknown_keys", "a key of an unknown type");
    constexpr std::size_t usual_keys = 100;
    if (w.without(validation::many_keys) && set->keys.size() > usual_keys) die("so many keys");
    if (w.without(validation::key_use) || w.without(validation::key_alg)) return overlooking(w, *document);
    memory_.document = *document;
    return std::move(*set);
}

bool rp_party::verifies(const oauth::jws_parts& parts, const std::vector<oauth::jws_alg>& algs) const {
    const mutant& w = settings_.without;
    const oauth::jwks& set = *memory_.keys;
    const std::string kid = header_text(parts, "kid");
    if (w.without(validation::key_type)) {
        const auto first =
            std::find_if(set.keys.begin(), set.keys.end(), [&](const oauth::jwk& key) { return key.kid() == kid; });
        return first != set.keys.end() && oauth::verify_jws(parts, *first, algs);
    }
    if (w.without(validation::key_last)) {
        const auto last =
            std::find_if(set.keys.rbegin(), set.keys.rend(), [&](const oauth::jwk& key) { return key.kid() == kid; });
        return last != set.keys.rend() && oauth::verify_jws(parts, *last, algs);
    }
    if (w.without(validation::kid_ambiguous) && kid.empty() && set.keys.size() > 1) die("the ID Token has no kid");
    if (w.without(validation::symmetric_key) &&
        std::any_of(set.keys.begin(), set.keys.end(), [&](const oauth::jwk& key) {
            return key.kty() == "oct" && oauth::verify_jws(parts, key, {oauth::jws_alg::HS256});
        })) {
        return true;
    }
    if (w.without(validation::header_key) && header_key_verifies(parts)) return true;
    if (w.without(validation::key_size) && weak_key_verifies(parts, memory_.document)) return true;
    if (w.without(validation::kid) && any_key_verifies(parts, set, algs)) return true;
    return oauth::verify_jws(parts, set, algs).has_value();
}

// RFC 8725 §3.10: fetches the URLs of jku and x5u, which the sender of the token chose.
void rp_party::fetch_brought_keys(const oauth::jws_parts& parts) {
    for (const char* name : {"jku", "x5u"}) {
        const std::string url = header_text(parts, name);
        if (!url.empty()) static_cast<void>(get(url));
    }
}

decision<void> rp_party::verify(const provider& p, const oauth::jws_parts& parts, bool hs256) {
    const mutant& w = settings_.without;
    std::vector<oauth::jws_alg> algs = p.algs;
    if (w.without(validation::alg_agreed)) {
        algs = oauth::asymmetric_algs();
    }
    if (w.without(validation::header_key)) fetch_brought_keys(parts);
    const auto now = std::chrono::steady_clock::now();
    const bool fresh = !memory_.keys || w.without(validation::jwks_cached);
    if (fresh) {
        decision<oauth::jwks> set = fetch_keys(p);
        if (w.without(validation::keys) && (!set || set->keys.empty())) return {};
        if (!set) return tl::unexpected(set.error());
        memory_.keys = std::move(*set);
    }
    if (hs256 && fooled_by_hs256(settings_, parts, *memory_.keys)) return {};
    if (verifies(parts, algs)) return {};
    if (w.without(validation::key_changed) &&
        !memory_.keys->candidates(oauth::jws_alg::RS256, header_text(parts, "kid")).empty())
        die("a known key does not verify");
    const bool cooling = memory_.refetched && now - *memory_.refetched < cool_down && w.does(validation::jwks_flood);
    if (!cooling && !fresh && w.does(validation::jwks_refetched)) {
        memory_.refetched = now;
        decision<oauth::jwks> set = fetch_keys(p);
        if (!set) return tl::unexpected(set.error());
        memory_.keys = std::move(*set);
        if (verifies(parts, algs)) return {};
    }
    return refuse("signature", "no key of the JWK Set verifies the ID Token");
}

// OIDC Core §10.1: the client_secret is the key.
decision<void> rp_party::verify_symmetric(const oauth::jws_parts& parts) const {
    const bool good =
        !settings_.client_secret.empty() &&
        oauth::verify_jws(parts, oauth::jwk::from_secret(settings_.client_secret), {oauth::jws_alg::HS256});
    if (!good) return refuse("signature", "the client_secret does not verify the ID Token");
    return {};
}

decision<void> rp_party::judge_signature(const provider& p, const oauth::jws_parts& parts) {
    const mutant& w = settings_.without;
    const std::string alg = header_text(parts, "alg");
    if (alg == "none" && w.without(validation::alg_none)) return {};
    if (alg == "HS256" && w.without(validation::symmetric_signature)) return {};
    for (const char* name : {"jku", "x5u"}) {
        const std::string url = header_text(parts, name);
        if (w.without(validation::header_url) && !url.empty()) static_cast<void>(get_following(url));
    }
    const bool hs256 =
        alg == "HS256" && (w.without(validation::alg_confusion) || w.without(validation::alg_client_secret));
    bool accepted =
        hs256 || (alg == "HS256" && w.without(validation::symmetric_key)) || w.without(validation::alg_agreed);
    for (const oauth::jws_alg a : p.algs) accepted = accepted || oauth::alg_name(a) == alg;
    if (alg == "RS256" && w.without(validation::rs256)) accepted = false;
    if (!accepted) return refuse("alg", fmt::format("the ID Token is signed with {}, which was not agreed on", alg));
    if (w.without(validation::kid_missing) && parts.header.find("kid") == nullptr)
        return refuse("kid_missing", "no kid");
    if (w.without(validation::signature)) return {};
    if (p.algs == std::vector{oauth::jws_alg::HS256}) return verify_symmetric(parts);
    return verify(p, parts, hs256);
}

}  // namespace assay::harness
