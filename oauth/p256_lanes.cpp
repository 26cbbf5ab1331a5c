#include "oauth/p256_lanes.hpp"

#include <algorithm>

#include "oauth/p256.hpp"
#if defined(__x86_64__)
#include "oauth/p256_field.hpp"
#endif

namespace assay::oauth {

#if defined(__x86_64__)
namespace p256 {
namespace {

// Jacobian coordinates: the point (x/z^2, y/z^3). z = 0 marks a sum that the formulas below cannot compute; every sum
// and double of it has z = 0, too, so one look at the end finds it.
struct point {
    element x, y, z;
};
// A summand with the powers of its z.
struct summand {
    element x, y, z, zz, zzz;
};

constexpr unsigned q_bits = 4;  // of a digit of u2
constexpr unsigned g_bits = 8;  // of a digit of u1
constexpr std::size_t q_multiples = 1U << (q_bits - 1);
constexpr std::size_t g_multiples = 1U << (g_bits - 1);
constexpr std::size_t q_digits = 256 / q_bits + 1;
constexpr std::size_t g_digits = 256 / g_bits + 1;

// "dbl-2001-b" (D. Bernstein and T. Lange, Explicit-Formulas Database, short Weierstrass curves with a = -3).
ASSAY_IFMA point doubled(const point& a) {
    const element delta = square(a.z);
    const element gamma = square(a.y);
    const element beta = a.x * gamma;
    const element t = settled(a.x - delta) * settled(a.x + delta);
    const element alpha = settled(t + t + t);
    const element yz = a.y * a.z;
    point out;
    out.x = settled(square(alpha) - shifted(beta, 3));
    out.y = settled(alpha * settled(shifted(beta, 2) - out.x) - shifted(square(gamma), 3));
    out.z = settled(yz + yz);
    return out;
}

// "add-1998-cmo-2" of the same database, for different points that are not opposite either: u1 = x1*z2^2, s1 =
// y1*z2^3, u2 = x2*z1^2, s2 = y2*z1^3, z12 = z1*z2.
ASSAY_IFMA point added(const element& u1, const element& s1, const element& u2, const element& s2,
                       const element& z12) {
    const element h = settled(u2 - u1);
    const element r = settled(s2 - s1);
    const element hh = square(h);
    const element hhh = h * hh;
    const element v = u1 * hh;
    point out;
    out.x = settled(square(r) - hhh - v - v);
    out.y = settled(r * settled(v - out.x) - s1 * hhh);
    out.z = z12 * h;
    return out;
}
ASSAY_IFMA point added(const point& a, const summand& b) {
    const element zz = square(a.z);
    return added(a.x * b.zz, a.y * b.zzz, b.x * zz, b.y * (zz * a.z), a.z * b.z);
}
// b.z = 1
ASSAY_IFMA point added_affine(const point& a, const summand& b) {
    const element zz = square(a.z);
    return added(a.x, a.y, b.x * zz, b.y * (zz * a.z), a.z);
}

ASSAY_IFMA summand summand_of(const point& a) {
    const element zz = square(a.z);
    return {a.x, a.y, a.z, zz, zz * a.z};
}

// What does not depend on a signature, in Montgomery's form.
struct constants {
    struct affine {
        limbs5 x, y;
    };
    std::array<affine, g_multiples + 1> g{};  // multiples of G; g[0] is not used
    limbs5 r_squared{};
    bool ready = false;

    constants() {
        const bn_ctx ctx(BN_CTX_new());
        const ec_point at(EC_POINT_new(p256_group()));
        ready = ctx && at && fill(at.get(), ctx.get());
    }
    static const constants& get() {
        static const constants all;
        return all;
    }

private:
    static bool write(limbs5& to, const BIGNUM* n) {
        bytes32 bytes{};
        if (BN_bn2binpad(n, bytes.data(), static_cast<int>(bytes.size())) < 0) return false;
        to_limbs({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, to.data(), to.size(), 1);
        return true;
    }
    bool fill(EC_POINT* at, BN_CTX* ctx) {
        constexpr int r_bits = element_limbs * static_cast<int>(limb_bits);
        const std::unique_ptr<BIGNUM, freed_by<BN_free>> p(BN_new());
        const std::unique_ptr<BIGNUM, freed_by<BN_free>> x(BN_new());
        const std::unique_ptr<BIGNUM, freed_by<BN_free>> y(BN_new());
        const auto* curve = p256_group();
        bool ok = p && x && y && EC_GROUP_get_curve(curve, p.get(), nullptr, nullptr, ctx) == 1 &&
                  EC_POINT_copy(at, EC_GROUP_get0_generator(curve)) == 1 && BN_one(x.get()) == 1 &&
                  BN_mod_lshift(x.get(), x.get(), 2 * r_bits, p.get(), ctx) == 1 && write(r_squared, x.get());
        for (std::size_t i = 1; ok && i < g.size(); ++i) {
            ok = EC_POINT_get_affine_coordinates(curve, at, x.get(), y.get(), ctx) == 1 &&
                 BN_mod_lshift(x.get(), x.get(), r_bits, p.get(), ctx) == 1 &&
                 BN_mod_lshift(y.get(), y.get(), r_bits, p.get(), ctx) == 1 && write(g[i].x, x.get()) &&
                 write(g[i].y, y.get()) && EC_POINT_add(curve, at, at, EC_GROUP_get0_generator(curve), ctx) == 1;
        }
        return ok;
    }
};

// A sum that is empty in some lanes.
struct partial_sum {
    point value;
    __mmask8 empty = 0xff;
};

// Adds where the digit is not zero; `sum` is value + b.
ASSAY_IFMA void put(partial_sum& to, lane digit, const point& sum, const summand& b) {
    const __mmask8 there = _mm512_test_epi64_mask(digit, digit);
    const __mmask8 first = there & to.empty;
    const __mmask8 more = there & static_cast<__mmask8>(~to.empty);
    to.value.x = chosen(first, b.x, chosen(more, sum.x, to.value.x));
    to.value.y = chosen(first, b.y, chosen(more, sum.y, to.value.y));
    to.value.z = chosen(first, b.z, chosen(more, sum.z, to.value.z));
    to.empty = static_cast<__mmask8>(to.empty & ~there);
}

ASSAY_IFMA element with_sign_of(lane digit, const element& y) {
    const element minus = settled(in_all_lanes(zero) - y);
    return chosen(negative(digit), minus, y);
}

class multiples_of_q {
public:
    ASSAY_IFMA explicit multiples_of_q(const point& q) {
        const summand base = summand_of(q);
        point even[q_multiples / 2 + 1];  // i*Q where i is at most half of the largest
        even[1] = q;
        of_[0] = base;
        for (std::size_t i = 2; i <= q_multiples; ++i) {
            const point made = i % 2 == 0 ? doubled(even[i / 2]) : added_affine(last_, base);
            if (i <= q_multiples / 2) even[i] = made;
            last_ = made;
            of_[i - 1] = summand_of(made);
        }
    }
    // digit*Q; anything where the digit is 0. Looking at all multiples is faster than gathering five times five
    // limbs.
    [[nodiscard]] ASSAY_IFMA summand times(lane digit) const {
        const lane size = size_of(digit);
        summand out = of_[0];
        for (std::size_t i = 1; i < q_multiples; ++i) {
            const __mmask8 here = _mm512_cmpeq_epi64_mask(size, all_lanes(i + 1));
            out.x = chosen(here, of_[i].x, out.x);
            out.y = chosen(here, of_[i].y, out.y);
            out.z = chosen(here, of_[i].z, out.z);
            out.zz = chosen(here, of_[i].zz, out.zz);
            out.zzz = chosen(here, of_[i].zzz, out.zzz);
        }
        out.y = with_sign_of(digit, out.y);
        return out;
    }

private:
    summand of_[q_multiples];
    point last_;
};

// digit*G with z = 1 (zz and zzz are not set); anything where the digit is 0.
ASSAY_IFMA summand times_g(lane digit, const element& one) {
    const lane size = size_of(digit);
    const auto* const table = constants::get().g.front().x.data();
    const lane at = (size << 3) + (size << 1);  // ten limbs a point
    summand out;
    for (int i = 0; i < element_limbs; ++i) {
        out.x.limb[i] = _mm512_mask_i64gather_epi64(size, 0xff, at, table + i, 8);
        out.y.limb[i] = _mm512_mask_i64gather_epi64(size, 0xff, at, table + element_limbs + i, 8);
    }
    out.y = with_sign_of(digit, out.y);
    out.z = one;
    return out;
}

struct digits {
    lane_numbers<g_digits> of_u1;
    lane_numbers<q_digits> of_u2;
};

// u1*G + u2*Q: both products share the doublings (Straus).
ASSAY_IFMA partial_sum sum_of_products(const digits& d, const point& q, const element& one) {
    const multiples_of_q table(q);
    partial_sum sum;
    sum.value = q;  // any settled numbers
    for (std::size_t i = q_digits; i-- > 0;) {
        for (unsigned k = 0; k < q_bits; ++k) sum.value = doubled(sum.value);
        const lane digit = load(d.of_u2.limb[i]);
        const summand b = table.times(digit);
        put(sum, digit, added(sum.value, b), b);
        if (i * q_bits % g_bits != 0) continue;
        const lane g_digit = load(d.of_u1.limb[i * q_bits / g_bits]);
        const summand g = times_g(g_digit, one);
        put(sum, g_digit, added_affine(sum.value, g), g);
    }
    return sum;
}

struct inputs {
    lane_numbers<element_limbs> x, y, r;
    digits d;
};

ASSAY_IFMA p256_answer compare(const inputs& in) {
    const element r_squared = in_all_lanes(constants::get().r_squared);
    const element one = r_squared * in_all_lanes({1});
    const point q{loaded(in.x) * r_squared, loaded(in.y) * r_squared, one};
    const partial_sum sum = sum_of_products(in.d, q, one);
    // x/z^2 = r without a division.
    const element wanted = loaded(in.r) * r_squared * square(sum.value.z);
    return {is_zero(settled(sum.value.x - wanted)), unsigned{is_zero(sum.value.z)} | sum.empty};
}

}  // namespace
}  // namespace p256

p256_answer compare_x(std::span<const p256_lane> all) {
    const unsigned used = (1U << all.size()) - 1;
    if (!p256::constants::get().ready) return {0, used};
    p256::inputs in;
    unsigned small_r = 0;
    // p - n < 2^128: a smaller r may also stand for the coordinate r + n (FIPS 186-4 §6.4.2).
    const auto may_be_reduced = [](const bytes32& r) {
        return std::all_of(r.begin(), r.begin() + 16, [](unsigned char b) { return b == 0; });
    };
    const auto write = [](lane_numbers<element_limbs>& to, std::size_t i, const bytes32& number) {
        to_limbs({reinterpret_cast<const char*>(number.data()), number.size()}, &to.limb[0][i], element_limbs, lanes);
    };
    for (std::size_t i = 0; i < lanes; ++i) {
        // Lanes that are not needed repeat the first one.
        const auto& one = i < all.size() ? all[i] : all.front();
        write(in.x, i, one.x);
        write(in.y, i, one.y);
        write(in.r, i, one.r);
        write_digits<p256::g_bits>(in.d.of_u1, i, one.u1);
        write_digits<p256::q_bits>(in.d.of_u2, i, one.u2);
        if (may_be_reduced(one.r)) small_r |= 1U << i;
    }
    auto answer = p256::compare(in);
    answer.undecided = (answer.undecided | small_r) & used;
    answer.equal &= used & ~answer.undecided;
    return answer;
}
#else
p256_answer compare_x(std::span<const p256_lane> all) {
    return {0, (1U << all.size()) - 1};
}
#endif

}  // namespace assay::oauth
