#include "mock_server/faults/forgery.hpp"

#include <algorithm>
#include <utility>

#include "mock_server/keys/keys.hpp"
#include "oauth/base64url.hpp"
#include "oauth/jwt.hpp"
#include "oauth/signer.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view published_secret = "assay-published-secret-0123456789";
constexpr std::string_view weak_kid = "assay-rs256-1024";

// RSA of 1024 bits: oauth::jwk refuses it, as it must, so it is signed with by hand.
const oauth::evp_pkey& weak_key() {
    static const oauth::evp_pkey key = [] {
        bool is_private = false;
        return std::move(oauth::key_from_pem(key_file("keys/rsa-1024.pem"), is_private).value());
    }();
    return key;
}

json::object weak_jwk() {
    return {{"kty", "RSA"},
            {"n", oauth::base64url_encode(oauth::rsa_number(weak_key().get(), "n"))},
            {"e", oauth::base64url_encode(oauth::rsa_number(weak_key().get(), "e"))},
            {"kid", weak_kid},
            {"use", "sig"},
            {"alg", "RS256"}};
}

std::string weak_token(const std::string& header, const std::string& claims) {
    const std::string input = oauth::base64url_encode(header) + "." + oauth::base64url_encode(claims);
    const oauth::prepared_key key(weak_key().get(), true);
    return input + "." + oauth::base64url_encode(key.sign(oauth::jws_alg::RS256, input));
}

std::string pem_body(std::string_view pem) {
    std::string text;
    for (std::size_t from = pem.find('\n') + 1; from < pem.size() && pem[from] != '-';) {
        const std::size_t end = std::min(pem.find('\n', from), pem.size());
        text += pem.substr(from, end - from);
        from = end + 1;
    }
    return oauth::base64_decode(text).value_or("");
}

struct signing {
    oauth::jws_alg alg;
    oauth::jwk key;
};

signing by_name(std::string_view name, const honest_signing& by) {
    using oauth::jwk;
    using oauth::jws_alg;
    if (name == "none") return {jws_alg::none, by.key};
    if (name == "other_key") return {by.alg, unpublished_key()};
    if (name == "second") return {jws_alg::RS256, second_key()};
    if (name == "es256") return {jws_alg::ES256, second_es256_key()};
    if (name == "ed25519") return {jws_alg::EdDSA, development_key("EdDSA", "assay-ed25519")};
    // What RFC 8725 §2.1 warns of: a public key's text taken for a secret, in the forms libraries keep it in.
    if (name == "public_key") return {jws_alg::HS256, jwk::from_secret(by.key.public_pem())};
    if (name == "public_der") return {jws_alg::HS256, jwk::from_secret(pem_body(by.key.public_pem()))};
    if (name == "public_jwk")
        return {jws_alg::HS256, jwk::from_secret(json::format(json::value(by.key.public_json())))};
    if (name == "client_secret") return {jws_alg::HS256, jwk::from_secret(by.client_secret)};
    if (name == "published_secret") return {jws_alg::HS256, jwk::from_secret(published_secret)};
    return {by.alg, by.key};
}

std::string broken(const std::string& token, std::string_view how) {
    const auto dot = token.rfind('.');
    auto signature = oauth::base64url_decode(std::string_view(token).substr(dot + 1)).value_or("");
    if (how == "flip" && !signature.empty())
        signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
    if (how == "zero") std::fill(signature.begin(), signature.end(), '\0');
    if (how == "truncate") signature.resize(signature.size() / 2);
    if (how == "empty") signature.clear();
    return token.substr(0, dot + 1) + oauth::base64url_encode(signature);
}

// The same token in another number of parts (RFC 7515 §7.1 has three).
std::string in_parts(const std::string& token, std::int64_t wanted) {
    constexpr std::int64_t parts_max = 1U << 20U;
    std::string out = token;
    auto have = static_cast<std::int64_t>(std::count(token.begin(), token.end(), '.')) + 1;
    for (; have > wanted && have > 1; --have) out.resize(out.rfind('.'));
    if (have < wanted) out.append(static_cast<std::size_t>(std::min(wanted, parts_max) - have), '.');
    return out;
}

std::string signed_token(const json::object& header, const json::object& claims, const honest_signing& by,
                         const std::vector<operation>& operations) {
    signing s{by.alg, by.key};
    for (const auto& op : operations) {
        if (op.name != "sign") continue;
        const auto* name = op.arguments.as_string();
        const std::string key(name != nullptr ? std::string_view(*name) : op.arguments.string_at("key"));
        if (key == "weak") return weak_token(json::format(header), json::format(claims));
        s = by_name(key, by);
        if (const auto alg = oauth::parse_alg(op.arguments.string_at("alg"))) s.alg = *alg;
    }
    return oauth::sign_jws(json::format(header), json::format(claims), s.alg, s.key).value_or("");
}

}  // namespace

std::vector<std::string> key_names() {
    return {"none",       "other_key",  "second",        "es256", "ed25519", "public_key",
            "public_der", "public_jwk", "client_secret", "weak",  "honest",  "published_secret"};
}

void append_keys(json::object& values, const oauth::jwk& honest) {
    if (values.find("kid") == nullptr) values.append("kid", honest.kid());
    values.append("second_jwk", second_key().public_json());
    values.append("es256_jwk", second_es256_key().public_json());
    values.append("ed25519_jwk", development_key("EdDSA", "assay-ed25519").public_json());
    values.append("unpublished_jwk", unpublished_key().public_json());
    values.append("weak_jwk", weak_jwk());
    values.append("secret_jwk", json::object{{"kty", "oct"},
                                             {"k", oauth::base64url_encode(published_secret)},
                                             {"kid", "assay-secret"},
                                             {"alg", "HS256"}});
}

std::string sign_as_told(const json::object& header, const json::object& claims, const honest_signing& by,
                         const std::vector<operation>& operations) {
    std::string token = signed_token(header, claims, by, operations);
    for (const auto& op : operations) {
        if (op.name == "signature" && op.arguments.is_string()) token = broken(token, *op.arguments.as_string());
        if (op.name == "token" && op.arguments.is_string()) token = *op.arguments.as_string();
        if (op.name == "token.parts") token = in_parts(token, op.arguments.as_integer().value_or(3));
    }
    return token;
}

}  // namespace assay::mock
