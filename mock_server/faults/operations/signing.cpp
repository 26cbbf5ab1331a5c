#include "mock_server/faults/operations/signing.hpp"

#include <algorithm>
#include <utility>

#include "mock_server/faults/operations/arguments.hpp"
#include "mock_server/faults/operations/families.hpp"
#include "mock_server/keys/keys.hpp"
#include "oauth/base64url.hpp"
#include "oauth/jwt.hpp"
#include "oauth/signer.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view published_secret = "assay-published-secret-0123456789";
constexpr std::string_view weak_kid = "assay-rs256-1024";

// RSA of 1024 bits: oauth::jwk refuses it (RFC 7518 §3.3), so the token is signed through OpenSSL directly.
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

signing by_name(std::string_view name, const honest_signing& by) {
    using oauth::jwk;
    using oauth::jws_alg;
    if (name == "none") return {jws_alg::none, by.key};
    if (name == "other_key") return {by.alg, unpublished_key()};
    if (name == "second") return {jws_alg::RS256, second_key()};
    if (name == "es256") return {jws_alg::ES256, second_es256_key()};
    if (name == "ed25519") return {jws_alg::EdDSA, development_key("EdDSA", "assay-ed25519")};
    // RFC 8725 §2.1, algorithm confusion: the text of a public key is the HMAC secret, in the forms that libraries
    // use.
    if (name == "public_key") return {jws_alg::HS256, jwk::from_secret(by.key.public_pem())};
    if (name == "public_der") return {jws_alg::HS256, jwk::from_secret(pem_body(by.key.public_pem()))};
    if (name == "public_jwk")
        return {jws_alg::HS256, jwk::from_secret(json::format(json::value(by.key.public_json())))};
    if (name == "client_secret") return {jws_alg::HS256, jwk::from_secret(by.client_secret)};
    if (name == "published_secret") return {jws_alg::HS256, jwk::from_secret(published_secret)};
    return {by.alg, by.key};
}

}  // namespace

namespace operations {
namespace {

using enum operation_argument;

// KEY or {key: KEY, alg: ALG}; KEY is one of key_names().
void sign_with(signing& with, const honest_signing& by, const json::value& how) {
    const auto* name = how.as_string();
    const std::string key(name != nullptr ? std::string_view(*name) : how.string_at("key"));
    if (key == "weak") {
        with.weak = true;
        return;
    }
    with = by_name(key, by);
    if (const auto alg = oauth::parse_alg(how.string_at("alg"))) with.alg = *alg;
}

void break_signature(std::string& jws, const json::value& argument) {
    const auto how = text_of(argument);
    const auto dot = jws.rfind('.');
    auto signature = oauth::base64url_decode(std::string_view(jws).substr(dot + 1)).value_or("");
    if (how == "flip" && !signature.empty())
        signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
    if (how == "zero") std::fill(signature.begin(), signature.end(), '\0');
    if (how == "truncate") signature.resize(signature.size() / 2);
    if (how == "empty") signature.clear();
    jws = jws.substr(0, dot + 1) + oauth::base64url_encode(signature);
}

void replace_token(std::string& jws, const json::value& other) {
    if (other.is_string()) jws = *other.as_string();
}

// The same token with another number of parts (RFC 7515 §7.1 requires three).
void cut_in_parts(std::string& jws, const json::value& count) {
    constexpr std::int64_t parts_max = 1U << 20U;
    const auto wanted = count.as_integer().value_or(3);
    auto have = static_cast<std::int64_t>(std::count(jws.begin(), jws.end(), '.')) + 1;
    for (; have > wanted && have > 1; --have) jws.resize(jws.rfind('.'));
    if (have < wanted) jws.append(static_cast<std::size_t>(std::min(wanted, parts_max) - have), '.');
}

constexpr operation_row rows[] = {
    {"sign", hook::id_token, key, "Signs with another key, or with none.", of_signing{sign_with}},
    {"signature", hook::id_token, text, "Breaks the signature: flip, zero, truncate, empty.",
     of_signed_token{break_signature}},
    {"token", hook::id_token, text, "Sends this text in place of the token.", of_signed_token{replace_token}},
    {"token.parts", hook::id_token, number, "Sends the token in this many parts.", of_signed_token{cut_in_parts}},
};

}  // namespace

family signing_operations() {
    return rows;
}

}  // namespace operations

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
    signing with{by.alg, by.key};
    apply<of_signing>(operations, with, by);
    const auto head = json::format(header);
    const auto payload = json::format(claims);
    std::string token =
        with.weak ? weak_token(head, payload) : oauth::sign_jws(head, payload, with.alg, with.key).value_or("");
    apply<of_signed_token>(operations, token);
    return token;
}

}  // namespace assay::mock
