#include "oauth/rsa_lanes.hpp"

#include <string>

#include "oauth/p256.hpp"
#if defined(__x86_64__)
#include "oauth/ifma_code.hpp"
#endif

namespace assay::oauth {
namespace {

constexpr unsigned squarings = 16;  // 65537 = 2^16 + 1
using number = std::unique_ptr<BIGNUM, freed_by<BN_free>>;

std::vector<std::uint64_t> limbs_of(const BIGNUM* n, std::size_t count) {
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(n)), '\0');
    BN_bn2bin(n, reinterpret_cast<unsigned char*>(bytes.data()));
    std::vector<std::uint64_t> out(count);
    to_limbs(bytes, out.data(), count, 1);
    return out;
}

// -1/n mod 2^52 by Newton's iteration: every step doubles the number of right bits, and an odd n is its own inverse
// mod 8.
std::uint64_t minus_inverse_of(std::uint64_t n) {
    std::uint64_t x = n;
    for (int right = 3; right < static_cast<int>(limb_bits); right *= 2) x *= 2 - n * x;
    return (0 - x) & limb_mask;
}

}  // namespace

std::unique_ptr<const rsa_modulus> lanes_of(const BIGNUM* n) {
    const auto bits = static_cast<std::size_t>(BN_num_bits(n));
    if (!has_ifma() || bits > number_bytes_max * 8 || BN_is_odd(n) == 0) return nullptr;
    // Two bits more than n: R is at least 4n.
    const auto limbs = (bits + 2 + limb_bits - 1) / limb_bits;
    const number power(BN_new());
    const number r(BN_new());
    const bn_ctx ctx(BN_CTX_new());
    if (!power || !r || !ctx || BN_set_word(power.get(), (1UL << squarings) + 1) != 1 ||
        BN_set_bit(r.get(), static_cast<int>(limbs * limb_bits)) != 1 ||
        BN_mod_exp(r.get(), r.get(), power.get(), n, ctx.get()) != 1)
        return nullptr;
    auto out = std::make_unique<rsa_modulus>(rsa_modulus{limbs_of(n, limbs), limbs_of(r.get(), limbs), 0});
    out->minus_inverse = minus_inverse_of(out->n.front());
    return out;
}

#if defined(__x86_64__)
namespace {

constexpr std::size_t limbs_max = (number_bytes_max * 8 + 2 + limb_bits - 1) / limb_bits;
using numbers = lane_numbers<limbs_max>;

// A column of a product: the sums of the low and of the high halves. Four sums of each, because an addition waits
// four cycles for the one before and two of them start in each cycle.
struct column {
    lane low[4];
    lane high[4];
};

ASSAY_IFMA inline void clear(column& c) {
    for (auto& l : c.low) l = _mm512_setzero_si512();
    for (auto& h : c.high) h = _mm512_setzero_si512();
}

// Adds a[from]*b[to-from], a[from+1]*b[to-from-1], … : `count` products of one column.
ASSAY_IFMA inline void add_products(column& c, const numbers& a, const numbers& b, std::size_t from, std::size_t at,
                                    std::size_t count) {
    const auto* x = a.limb.data() + from;
    const auto* y = b.limb.data() + (at - from);
    const auto* const end = x + count;
    for (; end - x >= 4; x += 4, y -= 4) {
        for (int i = 0; i < 4; ++i) {
            const lane factor = load(x[i]);
            c.low[i] = add_low(c.low[i], factor, load(y[-i]));
            c.high[i] = add_high(c.high[i], factor, load(y[-i]));
        }
    }
    for (; x != end; ++x, --y) {
        c.low[0] = add_low(c.low[0], load(*x), load(*y));
        c.high[0] = add_high(c.high[0], load(*x), load(*y));
    }
}

ASSAY_IFMA inline lane total(const lane (&parts)[4]) {
    return (parts[0] + parts[1]) + (parts[2] + parts[3]);
}

struct modulus8 {
    numbers n;
    lane minus_inverse;
    std::size_t limbs;
};

// a*b/R mod n, below 2n if a and b are (the "almost" Montgomery product; S. Gueron, Efficient software
// implementations of modular exponentiation, 2012), column by column. `out` may be a or b: a column is written when
// no later one needs these limbs. With `square`, a is b, and each product of different limbs is computed once.
template <bool square>
ASSAY_IFMA void multiply(numbers& out, const numbers& a, const numbers& b, const modulus8& m) {
    const auto limbs = m.limbs;
    numbers quotient;
    lane carry = _mm512_setzero_si512();
    for (std::size_t at = 0; at + 1 < 2 * limbs; ++at) {
        const auto from = at < limbs ? 0 : at - limbs + 1;
        const auto pairs = at < limbs ? at + 1 : 2 * limbs - 1 - at;
        column c;
        clear(c);
        if constexpr (square) {
            add_products(c, a, a, from, at, pairs / 2);
            for (int i = 0; i < 4; ++i) {
                c.low[i] = c.low[i] + c.low[i];
                c.high[i] = c.high[i] + c.high[i];
            }
            if (pairs % 2 == 1) add_products(c, a, a, at / 2, at, 1);
        } else {
            add_products(c, a, b, from, at, pairs);
        }
        // The quotient's limb of this column does not exist yet.
        add_products(c, quotient, m.n, from, at, at < limbs ? pairs - 1 : pairs);
        lane low = total(c.low) + carry;
        lane high = total(c.high);
        if (at < limbs) {
            const lane q = add_low(_mm512_setzero_si512(), low, m.minus_inverse);
            store(quotient.limb[at], q);
            low = add_low(low, q, load(m.n.limb[0]));
            high = add_high(high, q, load(m.n.limb[0]));
        } else {
            store(out.limb[at - limbs], limb_of(low));
        }
        carry = high + carry_of(low);
    }
    store(out.limb[limbs - 1], carry);
}

// Bit i: lane i of t, which is below 2n, is `expected` mod n.
ASSAY_IFMA unsigned equal_mod(const numbers& t, const numbers& expected, const modulus8& m) {
    lane borrow = _mm512_setzero_si512();
    __mmask8 plain = 0xff;    // t = expected
    __mmask8 reduced = 0xff;  // t - n = expected
    for (std::size_t i = 0; i < m.limbs; ++i) {
        const lane limb = load(t.limb[i]);
        const lane wanted = load(expected.limb[i]);
        const lane less = limb - load(m.n.limb[i]) + borrow;
        borrow = carry_of(less);
        plain = _mm512_mask_cmpeq_epi64_mask(plain, limb, wanted);
        reduced = _mm512_mask_cmpeq_epi64_mask(reduced, limb_of(less), wanted);
    }
    // Where t - n is negative, it is no remainder.
    reduced = _mm512_mask_cmpeq_epi64_mask(reduced, borrow, _mm512_setzero_si512());
    return static_cast<unsigned>(plain) | reduced;
}

void set_lane(numbers& to, std::size_t i, const std::vector<std::uint64_t>& limbs) {
    for (std::size_t k = 0; k < limbs.size(); ++k) to.limb[k][i] = limbs[k];
}

}  // namespace

ASSAY_IFMA unsigned equal_powers(std::span<const rsa_power> all) {
    modulus8 m;
    numbers base;
    numbers power;
    numbers other;  // the correction, then what is expected
    std::array<std::uint64_t, lanes> inverses;
    m.limbs = all.front().modulus->n.size();
    for (std::size_t i = 0; i < lanes; ++i) {
        // Lanes that are not needed repeat the first one.
        const auto& one = i < all.size() ? all[i] : all.front();
        set_lane(m.n, i, one.modulus->n);
        set_lane(other, i, one.modulus->correction);
        to_limbs(one.base, &base.limb[0][i], m.limbs, lanes);
        inverses[i] = one.modulus->minus_inverse;
    }
    m.minus_inverse = _mm512_loadu_si512(inverses.data());
    multiply<true>(power, base, base, m);
    for (unsigned i = 1; i < squarings; ++i) multiply<true>(power, power, power, m);
    multiply<false>(power, power, base, m);
    // The products divided by R 65536 times, and this one does once more.
    multiply<false>(power, power, other, m);
    for (std::size_t i = 0; i < lanes; ++i)
        to_limbs((i < all.size() ? all[i] : all.front()).expected, &other.limb[0][i], m.limbs, lanes);
    return equal_mod(power, other, m) & ((1U << all.size()) - 1);
}
#else
unsigned equal_powers(std::span<const rsa_power>) {
    return 0;
}
#endif

}  // namespace assay::oauth
