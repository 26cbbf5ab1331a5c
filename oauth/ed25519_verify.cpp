#include "oauth/ed25519_verify.hpp"

#include <algorithm>
#include <array>

#include <openssl/bn.h>
#include <sodium.h>

#include "oauth/crypto.hpp"
#include "oauth/p256.hpp"

namespace assay::oauth {
namespace {

constexpr std::size_t half = 32;  // bytes of R, of s, of a point

const unsigned char* bytes_of(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

bool sodium_ready() {
    static const bool ready = sodium_init() >= 0;
    return ready;
}

bytes32 reversed(std::string_view little_endian) {
    bytes32 out{};
    std::reverse_copy(little_endian.begin(), little_endian.begin() + half, out.begin());
    return out;
}

// A point's y, and whether its x is odd (RFC 8032 §5.1.2).
bytes32 y_of(std::string_view point, bool& odd) {
    auto out = reversed(point);
    odd = (out.front() & 0x80U) != 0;
    out.front() &= 0x7fU;
    return out;
}

using number = std::unique_ptr<BIGNUM, freed_by<BN_free>>;

number number_of(const char* hex) {
    BIGNUM* n = nullptr;
    BN_hex2bn(&n, hex);
    return number(n);
}

// Writes minus the x of a point that is known to be one: x^2 = (y^2 - 1) / (d*y^2 + 1) (RFC 8032 §5.1.3).
bool write_minus_x(const bytes32& y_bytes, bool odd, bytes32& out) {
    static const number p = number_of("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
    static const number d = number_of("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");
    const bn_ctx ctx(BN_CTX_new());
    const number yy(BN_bin2bn(y_bytes.data(), static_cast<int>(y_bytes.size()), nullptr));
    const number v(BN_new());
    const number x(BN_new());
    if (!ctx || !yy || !v || !x || BN_mod_sqr(yy.get(), yy.get(), p.get(), ctx.get()) != 1 ||
        BN_mod_mul(v.get(), d.get(), yy.get(), p.get(), ctx.get()) != 1 || BN_add_word(v.get(), 1) != 1 ||
        BN_mod_sub(yy.get(), yy.get(), BN_value_one(), p.get(), ctx.get()) != 1 ||
        BN_mod_inverse(v.get(), v.get(), p.get(), ctx.get()) == nullptr ||
        BN_mod_mul(v.get(), yy.get(), v.get(), p.get(), ctx.get()) != 1 ||
        BN_mod_sqrt(x.get(), v.get(), p.get(), ctx.get()) == nullptr)
        return false;
    // One root is odd and the other even.
    if ((BN_is_odd(x.get()) == 1) == odd && BN_sub(x.get(), p.get(), x.get()) != 1) return false;
    return BN_bn2binpad(x.get(), out.data(), static_cast<int>(out.size())) == static_cast<int>(out.size());
}

bool below_order(const bytes32& s) {
    static constexpr bytes32 order{0x10, 0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
                                   0,    0,    0,    0,    0,    0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7,
                                   0x9c, 0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed};
    return s < order;
}

// SHA-512 of R, A and the message, mod the group's order (RFC 8032 §5.1.7 (2)).
bytes32 h_of(std::string_view r, std::string_view point, std::string_view message) {
    std::string hashed;
    hashed.reserve(r.size() + point.size() + message.size());
    hashed.append(r).append(point).append(message);
    const auto wide = sha512(hashed);
    std::array<char, half> h;
    crypto_core_ed25519_scalar_reduce(reinterpret_cast<unsigned char*>(h.data()), bytes_of(wide));
    return reversed({h.data(), h.size()});
}

}  // namespace

bool verify_ed25519(std::string_view point, std::string_view message, std::string_view signature) {
    return sodium_ready() && point.size() == crypto_sign_ed25519_PUBLICKEYBYTES &&
           signature.size() == crypto_sign_ed25519_BYTES &&
           crypto_sign_ed25519_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                               bytes_of(point)) == 0;
}

const ed25519_verifier::coordinates& ed25519_verifier::where() const {
    std::call_once(once_, [this] {
        // In canonical form, on the curve, of the generator's order: stricter than verifying is, which takes also
        // points that are off by one of small order.
        if (point_.size() != half || !sodium_ready() || crypto_core_ed25519_is_valid_point(bytes_of(point_)) != 1)
            return;
        bool odd = false;
        where_.y = y_of(point_, odd);
        where_.known = write_minus_x(where_.y, odd, where_.minus_x);
    });
    return where_;
}

void ed25519_verifier::verify_together(std::span<check> checks) {
    std::array<ed25519_lane, lanes> lane;
    std::array<check*, lanes> of_lane{};
    std::size_t count = 0;
    for (auto& c : checks) {
        c.good = false;
        if (c.signature.size() != 2 * half) continue;
        const auto& at = c.key->where();
        if (!at.known) {
            c.good = c.key->verify(c.message, c.signature);
            continue;
        }
        auto& l = lane[count];
        const auto r = c.signature.substr(0, half);
        l = {at.minus_x, at.y, reversed(c.signature.substr(half)), {}, {}, false};
        l.r_y = y_of(r, l.r_odd);
        if (!below_order(l.s)) continue;
        l.h = h_of(r, c.key->point_, c.message);
        of_lane[count++] = &c;
    }
    if (count == 0) return;
    const auto equal = equal_r(std::span(lane).first(count));
    for (std::size_t i = 0; i < count; ++i) of_lane[i]->good = (equal >> i & 1U) != 0;
}

}  // namespace assay::oauth
