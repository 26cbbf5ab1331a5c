#include "oauth/jwk.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/sha256.hpp"
#include "oauth/signer.hpp"

namespace assay::oauth {
namespace {

constexpr int rsa_bits_min = 2048;
constexpr int rsa_bits_max = 8192;
constexpr std::size_t rsa_exponent_bytes_max = 8;

// An optional text member: absent is empty, another type is an error.
result<std::string> text_member(const json::value& document, std::string_view name) {
    const auto* v = document.find(name);
    if (v == nullptr) return std::string{};
    if (const auto* s = v->as_string()) return *s;
    return fail(errc::malformed,
                fmt::format("the key's \"{}\" must be a string, found {}", name, json::kind_name(v->kind())));
}

// Optional base64url members of a key, in the order of `wanted`; absent ones are empty.
result<std::vector<std::string>> byte_members(const json::value& document,
                                              std::initializer_list<const char*> wanted) {
    std::vector<std::string> out;
    for (const auto* name : wanted) {
        auto text = text_member(document, name);
        if (!text) return fail(text.error());
        auto bytes = base64url_decode(*text);
        if (!bytes) return fail(errc::malformed, fmt::format("the key's \"{}\": {}", name, bytes.error().message));
        out.push_back(std::move(*bytes));
    }
    return out;
}

result<evp_pkey> rsa_from(const json::value& document) {
    auto m = byte_members(document, {"n", "e", "d", "p", "q", "dp", "dq", "qi"});
    if (!m) return fail(m.error());
    auto& v = *m;
    // Before any arithmetic: a modulus of a megabyte would take minutes.
    if (v[0].size() > rsa_bits_max / 8 + 1)
        return fail(errc::limit, fmt::format("an RSA key above {} bits is refused; use a smaller one", rsa_bits_max));
    // OpenSSL has the same bound for large moduli: with a long exponent, a verification costs as much as a signature.
    if (v[1].size() > rsa_exponent_bytes_max)
        return fail(errc::limit, "an RSA exponent above 64 bits is refused; use 65537");
    // RFC 7518 §6.3.2: d alone, or with all of these. OpenSSL loses memory for each key that has only some.
    const auto given = std::count_if(v.begin() + 3, v.end(), [](const std::string& one) { return !one.empty(); });
    if (given != 0 && (given != 5 || v[2].empty()))
        return fail(errc::malformed, "an RSA key has either all of p, q, dp, dq and qi beside d, or none of them");
    return rsa_key({v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]});
}

result<evp_pkey> ec_from(const json::value& document) {
    auto m = byte_members(document, {"x", "y", "d"});
    if (!m) return fail(m.error());
    return ec_key(document.string_at("crv"), (*m)[0], (*m)[1], (*m)[2]);
}

result<evp_pkey> okp_from(const json::value& document) {
    if (document.string_at("crv") != "Ed25519")
        return fail(errc::unsupported,
                    fmt::format("the curve \"{}\" is not supported; use Ed25519", document.string_at("crv")));
    auto m = byte_members(document, {"x", "d"});
    if (!m) return fail(m.error());
    return ed25519_key((*m)[0], (*m)[1]);
}

std::string_view type_of(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA") == 1) return "RSA";
    const auto crv = curve_of(key);
    return crv.empty() ? "" : crv == "Ed25519" ? "OKP" : "EC";
}

// The algorithm by which a new key proves that its public and private members belong together.
jws_alg probe_of(const EVP_PKEY* key) {
    const auto crv = curve_of(key);
    const auto row = std::find_if(jws_alg_rows.begin(), jws_alg_rows.end(),
                                  [&](const jws_alg_row& r) { return !crv.empty() && r.curve == crv; });
    return row == jws_alg_rows.end() ? jws_alg::RS256 : row->alg;
}

}  // namespace

struct jwk::impl {
    std::string kid, kty, alg, use;
    bool may_verify = true;  // RFC 7517 §4.3: no key_ops, or "verify" among them
    bool is_private = false;
    evp_pkey pkey;
    std::optional<prepared_key> prepared;  // declared after pkey: its contexts refer to it
    std::optional<hmac_sha256_key> mac;

    static result<std::shared_ptr<impl>> around(evp_pkey key, bool is_private);
    static std::shared_ptr<impl> around_secret(std::string_view secret);
    [[nodiscard]] bool has_type_for(jws_alg a) const;
    [[nodiscard]] json::object public_members() const;
};

bool jwk::impl::has_type_for(jws_alg a) const {
    return a == jws_alg::HS256 ? mac.has_value() : prepared && prepared->can(a);
}

result<std::shared_ptr<jwk::impl>> jwk::impl::around(evp_pkey key, bool is_private) {
    auto out = std::make_shared<impl>();
    out->kty = type_of(key.get());
    if (out->kty.empty())
        return fail(errc::unsupported,
                    "this type of key is not supported; use RSA, EC P-256, P-384 or P-521, or Ed25519");
    if (out->kty == "RSA") {
        const int bits = EVP_PKEY_get_bits(key.get());
        if (bits < rsa_bits_min || bits > rsa_bits_max) {
            return fail(errc::limit, fmt::format("an RSA key of {} bits is refused; use {} to {} (RFC 7518 §3.3)",
                                                 bits, rsa_bits_min, rsa_bits_max));
        }
    }
    out->pkey = std::move(key);
    out->is_private = is_private;
    out->prepared.emplace(out->pkey.get(), is_private);
    // The public and private members may come from two different keys: one test signature shows whether they match.
    const auto probe = probe_of(out->pkey.get());
    if (is_private && !out->prepared->verify(probe, "probe", out->prepared->sign(probe, "probe")))
        return fail(errc::malformed, "the private members of this key do not belong to its public ones");
    return out;
}

std::shared_ptr<jwk::impl> jwk::impl::around_secret(std::string_view secret) {
    auto out = std::make_shared<impl>();
    out->kty = "oct";
    out->is_private = true;
    out->mac.emplace(secret);
    return out;
}

// The members that RFC 7638 §3.2 requires, in the customary order.
json::object jwk::impl::public_members() const {
    json::object out;
    if (!pkey) return out;
    out.append("kty", kty);
    if (kty == "RSA") {
        out.append("n", base64url_encode(rsa_number(pkey.get(), "n")));
        out.append("e", base64url_encode(rsa_number(pkey.get(), "e")));
        return out;
    }
    const auto point = public_point(pkey.get());
    const auto x_bytes = kty == "EC" ? point.size() / 2 : point.size();
    out.append("crv", curve_of(pkey.get()));
    out.append("x", base64url_encode(std::string_view(point).substr(0, x_bytes)));
    if (kty == "EC") out.append("y", base64url_encode(std::string_view(point).substr(x_bytes)));
    return out;
}

jwk::jwk(std::shared_ptr<const impl> p) : impl_(std::move(p)) {}

result<jwk> jwk::from_json(const json::value& document) {
    if (!document.is_object()) return fail(errc::malformed, "a JSON Web Key must be an object");
    if (const auto twice = document.as_object()->duplicates(); !twice.empty())
        return fail(errc::malformed, fmt::format("the key has \"{}\" twice (RFC 7517 §4)", twice.front()));
    std::array<std::string, 4> about;
    static constexpr std::array<std::string_view, 4> about_names{"kty", "kid", "alg", "use"};
    for (std::size_t i = 0; i < about.size(); ++i) {
        auto text = text_member(document, about_names[i]);
        if (!text) return fail(text.error());
        about[i] = std::move(*text);
    }
    const auto& [kty, kid, alg, use] = about;
    std::shared_ptr<impl> made;
    if (kty == "oct") {
        auto secret = byte_members(document, {"k"});
        if (!secret) return fail(secret.error());
        if (secret->front().empty()) return fail(errc::malformed, "an oct key needs its bytes in \"k\"");
        made = impl::around_secret(secret->front());
    } else if (kty == "RSA" || kty == "EC" || kty == "OKP") {
        auto key = kty == "RSA" ? rsa_from(document) : kty == "EC" ? ec_from(document) : okp_from(document);
        if (!key) return fail(key.error());
        const auto* d = document.find("d");
        auto around = impl::around(std::move(*key), d != nullptr && *d != json::value(""));
        if (!around) return fail(around.error());
        made = std::move(*around);
    } else {
        return fail(errc::unsupported,
                    fmt::format("the key type \"{}\" is not supported; use RSA, EC, OKP or oct", kty));
    }
    made->kid = kid;
    made->alg = alg;
    made->use = use;
    if (const auto* ops = document.find("key_ops"); ops != nullptr && ops->as_array() != nullptr)
        made->may_verify = std::find(ops->as_array()->begin(), ops->as_array()->end(), json::value("verify")) !=
                           ops->as_array()->end();
    return jwk(std::move(made));
}

result<jwk> jwk::from_pem(std::string_view pem, std::string kid) {
    bool is_private = false;
    auto key = key_from_pem(pem, is_private);
    if (!key) return fail(key.error());
    auto made = impl::around(std::move(*key), is_private);
    if (!made) return fail(made.error());
    (*made)->kid = std::move(kid);
    return jwk(std::move(*made));
}

jwk jwk::from_secret(std::string_view secret, std::string kid) {
    auto made = impl::around_secret(secret);
    made->kid = std::move(kid);
    return jwk(std::move(made));
}

result<jwk> jwk::generate(jws_alg alg, std::string kid) {
    evp_pkey key;
    const auto& row = row_of(alg);
    switch (row.kind) {
        case jws_kind::none:
            return fail(errc::unsupported, "alg none has no key");
        case jws_kind::hmac:
            return from_secret(random_bytes(32), std::move(kid));
        case jws_kind::rsa_pkcs1:
        case jws_kind::rsa_pss:
            key.reset(EVP_RSA_gen(static_cast<unsigned>(rsa_bits_min)));
            break;
        case jws_kind::ecdsa:
            key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", row.curve.data()));
            break;
        case jws_kind::eddsa:
            key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
            break;
    }
    if (!key) return fail(errc::crypto, "OpenSSL could not make a key; check its configuration");
    auto made = impl::around(std::move(key), true);
    if (!made) return fail(made.error());
    (*made)->kid = std::move(kid);
    return jwk(std::move(*made));
}

jwk jwk::named(std::string kid) const {
    jwk out(*this);
    out.kid_ = std::make_shared<const std::string>(std::move(kid));
    return out;
}

const std::string& jwk::kid() const {
    return kid_ ? *kid_ : impl_->kid;
}
const std::string& jwk::kty() const {
    return impl_->kty;
}
const std::string& jwk::alg() const {
    return impl_->alg;
}
const std::string& jwk::use() const {
    return impl_->use;
}
bool jwk::is_private() const {
    return impl_->is_private;
}

bool jwk::fits(jws_alg alg) const {
    return impl_->has_type_for(alg) && (impl_->alg.empty() || impl_->alg == alg_name(alg));
}

json::object jwk::public_json() const {
    auto out = impl_->public_members();
    if (out.empty()) return out;
    if (!kid().empty()) out.append("kid", kid());
    if (!impl_->use.empty()) out.append("use", impl_->use);
    if (!impl_->alg.empty()) out.append("alg", impl_->alg);
    return out;
}

result<json::object> jwk::private_json() const {
    BIGNUM* secret = nullptr;
    const bool there = kty() == "EC" && is_private() &&
                       EVP_PKEY_get_bn_param(impl_->pkey.get(), OSSL_PKEY_PARAM_PRIV_KEY, &secret) == 1;
    const std::unique_ptr<BIGNUM, freed_by<BN_clear_free>> d(secret);
    std::string bytes(field_of(curve_of(impl_->pkey.get())), '\0');
    auto* to = reinterpret_cast<unsigned char*>(bytes.data());
    if (!there || BN_bn2binpad(d.get(), to, static_cast<int>(bytes.size())) < 0)
        return fail(errc::unsupported, "only private keys of type EC are written as JSON");
    auto out = public_json();
    out.append("d", base64url_encode(bytes));
    return out;
}

std::string jwk::public_pem() const {
    return impl_->pkey ? pem_of_public(impl_->pkey.get()) : std::string{};
}

std::string jwk::thumbprint() const {
    auto required = impl_->public_members();
    // RFC 7638 §3.3: lexicographic order, no white space.
    std::sort(required.members.begin(), required.members.end(),
              [](const json::member& a, const json::member& b) { return a.name < b.name; });
    return base64url_encode(sha256(json::format(std::move(required))));
}

result<std::string> jwk::sign(jws_alg alg, std::string_view signing_input) const {
    if (alg == jws_alg::none) return std::string{};
    if (!impl_->has_type_for(alg))
        return fail(errc::crypto,
                    fmt::format("a key of type {} cannot sign with {}; choose another key", kty(), alg_name(alg)));
    if (impl_->mac) {
        const auto digest = impl_->mac->mac(signing_input);
        return std::string(digest.begin(), digest.end());
    }
    auto signature = impl_->prepared->sign(alg, signing_input);
    if (signature.empty()) return fail(errc::crypto, "this key has no private part; sign with a private key");
    return signature;
}

bool jwk::verify(jws_alg alg, std::string_view signing_input, std::string_view signature) const {
    if (!fits(alg)) return false;
    if (!impl_->mac) return impl_->prepared->verify(alg, signing_input, signature);
    const auto digest = impl_->mac->mac(signing_input);
    return equal_constant_time({reinterpret_cast<const char*>(digest.data()), digest.size()}, signature);
}

const prepared_key* jwk::prepared() const {
    return impl_->prepared ? &*impl_->prepared : nullptr;
}

std::vector<const jwk*> jwks::candidates(jws_alg alg, const std::optional<std::string>& kid) const {
    std::vector<const jwk*> out;
    for (const auto& key : keys) {
        if (kid && key.kid() != *kid) continue;
        if (key.kty() == "oct" || key.use() == "enc" || !key.fits(alg) || !key.may_verify()) continue;
        out.push_back(&key);
    }
    return out;
}

bool jwk::may_verify() const {
    return impl_->may_verify;
}

result<jwks> parse_jwks(const json::value& document) {
    const auto* list = document.find("keys");
    if (list == nullptr || list->as_array() == nullptr)
        return fail(errc::malformed, "a JWK Set must be an object with an array \"keys\" (RFC 7517 §5)");
    jwks out;
    for (const auto& entry : *list->as_array()) {
        if (auto key = jwk::from_json(entry)) {
            out.keys.push_back(std::move(*key));
        } else {
            ++out.skipped;
        }
    }
    return out;
}

}  // namespace assay::oauth
