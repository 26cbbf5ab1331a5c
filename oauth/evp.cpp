#include "oauth/evp.hpp"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

namespace assay::oauth {
namespace {

using bignum = std::unique_ptr<BIGNUM, freed_by<BN_clear_free>>;
using param_builder = std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>>;
using param_list = std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>>;
using ecdsa_signature = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>>;
using bio = std::unique_ptr<BIO, freed_by<BIO_free>>;

constexpr std::size_t ed25519_bytes = 32;  // of either part of a key

struct curve {
    std::string_view crv;    // RFC 7518 §6.2.1.1, RFC 8037 §2
    std::string_view group;  // OpenSSL's name
    std::size_t field;       // bytes of a coordinate
};
constexpr std::array<curve, 3> curves{
    {{"P-256", "prime256v1", 32}, {"P-384", "secp384r1", 48}, {"P-521", "secp521r1", 66}}};

std::string string_of(const BIGNUM* number, std::size_t bytes) {
    std::string out(bytes, '\0');
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    return BN_bn2binpad(number, to, static_cast<int>(bytes)) < 0 ? std::string{} : out;
}

const unsigned char* bytes_of(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

bignum number_of(std::string_view big_endian) {
    return bignum(BN_bin2bn(bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

evp_pkey key_from_params(const char* type, OSSL_PARAM_BLD* builder, bool is_private) {
    const param_list params(OSSL_PARAM_BLD_to_param(builder));
    const evp_pkey_ctx ctx(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    const int selection = is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
    if (!params || !ctx || EVP_PKEY_fromdata_init(ctx.get()) != 1 ||
        EVP_PKEY_fromdata(ctx.get(), &key, selection, params.get()) != 1) {
        ERR_clear_error();
        return nullptr;
    }
    return evp_pkey(key);
}

int no_password(char*, int, int, void*) {
    return -1;
}

}  // namespace

result<evp_pkey> rsa_key(const rsa_numbers& k) {
    const std::array<std::pair<const char*, const std::string*>, 8> named{{
        {OSSL_PKEY_PARAM_RSA_N, &k.n},
        {OSSL_PKEY_PARAM_RSA_E, &k.e},
        {OSSL_PKEY_PARAM_RSA_D, &k.d},
        {OSSL_PKEY_PARAM_RSA_FACTOR1, &k.p},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, &k.q},
        {OSSL_PKEY_PARAM_RSA_EXPONENT1, &k.dp},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, &k.dq},
        {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, &k.qi},
    }};
    const param_builder builder(OSSL_PARAM_BLD_new());
    std::vector<bignum> numbers;
    for (const auto& [name, bytes] : named) {
        if (bytes->empty()) continue;
        numbers.push_back(number_of(*bytes));
        OSSL_PARAM_BLD_push_BN(builder.get(), name, numbers.back().get());
    }
    const auto e = number_of(k.e);
    // With e = 1 every signature verifies; an even e has no private exponent.
    if (k.n.empty() || !BN_is_odd(e.get()) || BN_is_one(e.get()))
        return fail(errc::malformed, "an RSA key needs a modulus n and an odd exponent e above 1");
    auto key = key_from_params("RSA", builder.get(), !k.d.empty());
    if (!key) return fail(errc::malformed, "these numbers are no RSA key; check n, e and the private members");
    return key;
}

std::size_t field_of(std::string_view crv) {
    for (const auto& c : curves) {
        if (c.crv == crv) return c.field;
    }
    return 0;
}

std::string_view curve_of(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return "Ed25519";
    std::array<char, 32> group{};
    std::size_t size = 0;
    if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) != 1)
        return {};
    for (const auto& c : curves) {
        if (c.group == std::string_view(group.data(), size)) return c.crv;
    }
    return {};
}

result<evp_pkey> ec_key(std::string_view crv, std::string_view x, std::string_view y, std::string_view d) {
    const auto field = field_of(crv);
    if (field == 0)
        return fail(errc::unsupported,
                    fmt::format("the curve \"{}\" is not supported; use P-256, P-384 or P-521", crv));
    if (x.size() != field || y.size() != field || (!d.empty() && d.size() != field)) {
        return fail(
            errc::malformed,
            fmt::format("x, y and d of a {} key are {} bytes each; pad them with leading zero bytes", crv, field));
    }
    const std::string point = '\x04' + std::string(x) + std::string(y);
    const std::string group(crv);  // the builder keeps pointers to this, to the point and to the secret
    const auto secret = number_of(d);
    const param_builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.c_str(), 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    if (!d.empty()) OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get());
    auto key = key_from_params("EC", builder.get(), !d.empty());
    const evp_pkey_ctx ctx(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr) : nullptr);
    if (!ctx || EVP_PKEY_public_check(ctx.get()) != 1) {
        ERR_clear_error();
        return fail(errc::malformed, fmt::format("x and y are no point of the curve {}", crv));
    }
    return key;
}

result<evp_pkey> ed25519_key(std::string_view x, std::string_view d) {
    if (x.size() != ed25519_bytes || (!d.empty() && d.size() != ed25519_bytes))
        return fail(errc::malformed, "x and d of an Ed25519 key are 32 bytes each");
    // The public bytes follow from the private ones. They are compared with x below, so that an x of another key is
    // refused.
    evp_pkey key(d.empty() ? EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes_of(x), x.size())
                           : EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, bytes_of(d), d.size()));
    if (!key || public_point(key.get()) != x) {
        ERR_clear_error();
        return fail(errc::malformed, "x and d are no Ed25519 key pair");
    }
    return key;
}

result<evp_pkey> key_from_pem(std::string_view pem, bool& is_private) {
    const auto read = [&](auto* reader) {
        const bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
        evp_pkey key(reader(in.get(), nullptr, no_password, nullptr));
        ERR_clear_error();
        return key;
    };
    is_private = true;
    if (auto key = read(PEM_read_bio_PrivateKey)) return key;
    is_private = false;
    if (auto key = read(PEM_read_bio_PUBKEY)) return key;
    return fail(errc::malformed, "this is neither a PKCS#8 private key nor a public key in PEM; convert it first");
}

std::string pem_of_public(EVP_PKEY* key) {
    const bio out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio_PUBKEY(out.get(), key) != 1) return {};
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string rsa_number(const EVP_PKEY* key, std::string_view name) {
    BIGNUM* raw = nullptr;
    const auto* param = name == "n" ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_RSA_E;
    if (EVP_PKEY_get_bn_param(key, param, &raw) != 1) return {};
    const bignum number(raw);
    std::string out(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
    BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(out.data()));
    return out;
}

std::string public_point(const EVP_PKEY* key) {
    const auto crv = curve_of(key);
    if (crv == "Ed25519") {
        std::string out(ed25519_bytes, '\0');
        auto size = out.size();
        const bool ok = EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(out.data()), &size) == 1;
        return ok ? out : std::string{};
    }
    std::string out;
    for (const auto* param : {OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y}) {
        BIGNUM* raw = nullptr;
        if (EVP_PKEY_get_bn_param(key, param, &raw) != 1) return {};
        const bignum number(raw);
        const auto bytes = string_of(number.get(), field_of(crv));
        if (bytes.empty()) return {};
        out += bytes;
    }
    return out;
}

std::string der_from_raw(std::string_view raw) {
    if (raw.empty() || raw.size() % 2 != 0) return {};
    const ecdsa_signature sig(ECDSA_SIG_new());
    auto r = number_of(raw.substr(0, raw.size() / 2));
    auto s = number_of(raw.substr(raw.size() / 2));
    if (!sig || !r || !s || ECDSA_SIG_set0(sig.get(), r.get(), s.get()) != 1) return {};
    // The signature owns them now.
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(sig.get(), &der);
    if (size < 0) return {};
    std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return out;
}

std::string raw_from_der(std::string_view der, std::size_t field) {
    const unsigned char* at = bytes_of(der);
    const ecdsa_signature sig(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!sig || at != bytes_of(der) + der.size()) return {};
    const auto r = string_of(ECDSA_SIG_get0_r(sig.get()), field);
    const auto s = string_of(ECDSA_SIG_get0_s(sig.get()), field);
    return r.empty() || s.empty() ? std::string{} : r + s;
}

}  // namespace assay::oauth
