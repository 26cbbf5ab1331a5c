#include "oauth/ed25519_lanes.hpp"

#if defined(__x86_64__)
#include "oauth/ed25519_field.hpp"
#endif

namespace assay::oauth {

#if defined(__x86_64__)
namespace ed25519 {
namespace {

// Limbs of 52 bits: the generator B, and 2d of the curve -x^2 + y^2 = 1 + d*x^2*y^2 (RFC 8032 §5.1).
constexpr limbs5 b_x{0x62d608f25d51a, 0x609525a7b2c95, 0xdd6dc5c692cc7, 0x53fec0a4e231f, 0x216936d3cd6e};
constexpr limbs5 b_y{0x6666666666658, 0x6666666666666, 0x6666666666666, 0x6666666666666, 0x666666666666};
constexpr limbs5 two_d{0x69b9426b2f159, 0x9a8283b156ebd, 0xef3d13000e014, 0xfce7198e80f2e, 0x2406d9dc56df};

// Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.
struct point {
    element x, y, z, t;
};
// A summand as the addition needs it.
struct summand {
    element y_plus_x, y_minus_x, z2, t2d;
};

constexpr unsigned digit_bits = 4;
constexpr std::size_t multiples = 1U << (digit_bits - 1);
constexpr std::size_t digit_count = 256 / digit_bits + 1;

// The formulas are complete for this curve: they need no exceptions (H. Hisil et al., Twisted Edwards Curves
// Revisited, 2008, §3.1 and §3.3).
ASSAY_IFMA point doubled(const point& p) {
    const element a = square(p.x);
    const element b = square(p.y);
    const element c = square(p.z);
    const element e = settled(square(settled(p.x + p.y)) - a - b);
    const element g = settled(b - a);
    const element f = settled(g - c - c);
    const element h = settled(in_all_lanes(zero) - a - b);
    return {e * f, g * h, f * g, e * h};
}
ASSAY_IFMA point added(const point& p, const summand& q) {
    const element a = settled(p.y - p.x) * q.y_minus_x;
    const element b = settled(p.y + p.x) * q.y_plus_x;
    const element c = p.t * q.t2d;
    const element d = p.z * q.z2;
    const element e = settled(b - a);
    const element f = settled(d - c);
    const element g = settled(d + c);
    const element h = settled(b + a);
    return {e * f, g * h, f * g, e * h};
}

ASSAY_IFMA summand summand_of(const point& p) {
    return {settled(p.y + p.x), settled(p.y - p.x), settled(p.z + p.z), p.t * in_all_lanes(two_d)};
}
ASSAY_IFMA point affine(const element& x, const element& y) {
    return {x, y, in_all_lanes({1}), x * y};
}

class multiples_of {
public:
    ASSAY_IFMA explicit multiples_of(const point& p) {
        point at = affine(in_all_lanes(zero), in_all_lanes({1}));
        of_[0] = summand_of(at);
        const summand step = summand_of(p);
        for (std::size_t i = 1; i <= multiples; ++i) {
            at = added(at, step);
            of_[i] = summand_of(at);
        }
    }
    // Minus a point has the sum and the difference swapped, and the other t.
    [[nodiscard]] ASSAY_IFMA summand times(lane digit) const {
        const lane size = size_of(digit);
        summand out = of_[0];
        for (std::size_t i = 1; i <= multiples; ++i) {
            const __mmask8 here = _mm512_cmpeq_epi64_mask(size, all_lanes(i));
            out.y_plus_x = chosen(here, of_[i].y_plus_x, out.y_plus_x);
            out.y_minus_x = chosen(here, of_[i].y_minus_x, out.y_minus_x);
            out.z2 = chosen(here, of_[i].z2, out.z2);
            out.t2d = chosen(here, of_[i].t2d, out.t2d);
        }
        const __mmask8 minus = negative(digit);
        return {chosen(minus, out.y_minus_x, out.y_plus_x), chosen(minus, out.y_plus_x, out.y_minus_x), out.z2,
                chosen(minus, settled(in_all_lanes(zero) - out.t2d), out.t2d)};
    }

private:
    summand of_[multiples + 1];
};

// Big-endian.
bool below_prime(const bytes32& number) {
    bytes32 prime_bytes;
    prime_bytes.fill(0xff);
    prime_bytes.front() = 0x7f;
    prime_bytes.back() = 0xed;
    return number < prime_bytes;
}

struct inputs {
    lane_numbers<element_limbs> minus_x, y, r_y;
    lane_numbers<digit_count> s, h;
    __mmask8 r_odd = 0;
};

// s*B - h*A: both products share the doublings (Straus).
ASSAY_IFMA point sum_of_products(const inputs& in) {
    static const multiples_of b(affine(in_all_lanes(b_x), in_all_lanes(b_y)));
    const multiples_of minus_a(affine(loaded(in.minus_x), loaded(in.y)));
    point sum = affine(in_all_lanes(zero), in_all_lanes({1}));
    for (std::size_t i = digit_count; i-- > 0;) {
        for (unsigned k = 0; k < digit_bits; ++k) sum = doubled(sum);
        sum = added(sum, minus_a.times(load(in.h.limb[i])));
        sum = added(sum, b.times(load(in.s.limb[i])));
    }
    return sum;
}

ASSAY_IFMA unsigned compare(const inputs& in) {
    const point sum = sum_of_products(in);
    const element over_z = inverse(sum.z);
    const __mmask8 same_y = is_zero(settled(sum.y * over_z - loaded(in.r_y)));
    const __mmask8 same_sign = static_cast<__mmask8>(~(is_odd(sum.x * over_z) ^ in.r_odd));
    // Eight times a point of small order is the neutral element, whose x is 0.
    const __mmask8 small = is_zero(doubled(doubled(doubled(sum))).x);
    return unsigned{same_y} & same_sign & ~unsigned{small};
}

}  // namespace
}  // namespace ed25519

unsigned equal_r(std::span<const ed25519_lane> all) {
    ed25519::inputs in;
    unsigned canonical = 0;
    const auto write = [](lane_numbers<element_limbs>& to, std::size_t i, const bytes32& number) {
        to_limbs({reinterpret_cast<const char*>(number.data()), number.size()}, &to.limb[0][i], element_limbs, lanes);
    };
    for (std::size_t i = 0; i < lanes; ++i) {
        // Lanes that are not needed repeat the first one.
        const auto& one = i < all.size() ? all[i] : all.front();
        write(in.minus_x, i, one.minus_x);
        write(in.y, i, one.y);
        write(in.r_y, i, one.r_y);
        write_digits<ed25519::digit_bits>(in.s, i, one.s);
        write_digits<ed25519::digit_bits>(in.h, i, one.h);
        if (one.r_odd) in.r_odd = static_cast<__mmask8>(in.r_odd | 1U << i);
        // A y of p or more encodes no point that the sum is encoded as.
        if (ed25519::below_prime(one.r_y)) canonical |= 1U << i;
    }
    return ed25519::compare(in) & canonical & ((1U << all.size()) - 1);
}
#else
unsigned equal_r(std::span<const ed25519_lane>) {
    return 0;
}
#endif

}  // namespace assay::oauth
