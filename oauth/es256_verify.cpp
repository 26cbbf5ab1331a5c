// EC_GROUP_precompute_mult is deprecated in OpenSSL 3 without a successor; nothing else halves the time of ES256.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "oauth/es256_verify.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <openssl/err.h>

#include "oauth/p256.hpp"

namespace assay::oauth {
namespace {

constexpr std::size_t field = p256_field;

// The scratch numbers of one thread.
struct workshop {
    bn_ctx numbers{BN_CTX_new()};
    ec_point first{EC_POINT_new(p256_group())};
    ec_point second{EC_POINT_new(p256_group())};
};
workshop& scratch() {
    thread_local workshop own;
    return own;
}

BIGNUM* number_of(std::string_view big_endian, BIGNUM* into) {
    return BN_bin2bn(reinterpret_cast<const unsigned char*>(big_endian.data()), static_cast<int>(big_endian.size()),
                     into);
}

bool in_range(const BIGNUM* number, const BIGNUM* order) {
    return BN_is_zero(number) == 0 && BN_ucmp(number, order) < 0;
}

}  // namespace

// The curve with the key's point as its generator, and the precomputed multiples of that point.
struct es256_verifier::table {
    ec_group around_key;

    explicit table(const EVP_PKEY* key) : around_key(EC_GROUP_dup(p256_group())) {
        const auto coordinates = '\x04' + public_point(key);
        const ec_point q(EC_POINT_new(p256_group()));
        const bn_ctx ctx(BN_CTX_new());
        if (!around_key || !q || !ctx ||
            EC_POINT_oct2point(p256_group(), q.get(), reinterpret_cast<const unsigned char*>(coordinates.data()),
                               coordinates.size(), ctx.get()) != 1 ||
            EC_GROUP_set_generator(around_key.get(), q.get(), EC_GROUP_get0_order(p256_group()), BN_value_one()) !=
                1 ||
            EC_GROUP_precompute_mult(around_key.get(), ctx.get()) != 1) {
            around_key.reset();
            ERR_clear_error();
        }
    }

    // FIPS 186-4 §6.4.2 with u1*G and u2*Q as two fixed-base products.
    [[nodiscard]] bool verify(const sha256_digest& digest, std::string_view signature, workshop& w) const {
        BN_CTX* const ctx = w.numbers.get();
        const BIGNUM* const order = EC_GROUP_get0_order(p256_group());
        BN_CTX_start(ctx);
        BIGNUM* const r = BN_CTX_get(ctx);
        BIGNUM* const s = BN_CTX_get(ctx);
        BIGNUM* const u1 = BN_CTX_get(ctx);
        BIGNUM* const u2 = BN_CTX_get(ctx);
        BIGNUM* const x = BN_CTX_get(ctx);
        EC_POINT* const a = w.first.get();
        EC_POINT* const b = w.second.get();
        const bool ok = x != nullptr && number_of(signature.substr(0, field), r) != nullptr &&
                        number_of(signature.substr(field), s) != nullptr && in_range(r, order) &&
                        in_range(s, order) && BN_mod_inverse(s, s, order, ctx) != nullptr &&
                        BN_bin2bn(digest.data(), static_cast<int>(digest.size()), u1) != nullptr &&
                        BN_mod_mul(u1, u1, s, order, ctx) == 1 && BN_mod_mul(u2, r, s, order, ctx) == 1 &&
                        EC_POINT_mul(p256_group(), a, u1, nullptr, nullptr, ctx) == 1 &&
                        EC_POINT_mul(around_key.get(), b, u2, nullptr, nullptr, ctx) == 1 &&
                        EC_POINT_add(p256_group(), a, a, b, ctx) == 1 &&
                        EC_POINT_is_at_infinity(p256_group(), a) == 0 &&
                        EC_POINT_get_affine_coordinates(p256_group(), a, x, nullptr, ctx) == 1 &&
                        BN_nnmod(x, x, order, ctx) == 1 && BN_ucmp(x, r) == 0;
        BN_CTX_end(ctx);
        return ok;
    }
};

es256_verifier::es256_verifier(EVP_PKEY* key) : plain_(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)), key_(key) {
    if (!plain_ || EVP_PKEY_verify_init(plain_.get()) != 1) plain_.reset();
    const auto point = public_point(key);
    if (point.size() != x_.size() + y_.size()) return;
    std::copy_n(point.begin(), x_.size(), x_.begin());
    std::copy_n(point.begin() + field, y_.size(), y_.begin());
}

es256_verifier::~es256_verifier() {
    delete table_.load(std::memory_order_acquire);
}

void es256_verifier::build_table() const {
    if (table_.load(std::memory_order_acquire) != nullptr) return;
    auto made = std::make_unique<const table>(key_);
    if (!made->around_key) return;
    const table* none = nullptr;
    if (table_.compare_exchange_strong(none, made.get(), std::memory_order_acq_rel))
        static_cast<void>(made.release());
}

bool es256_verifier::verify_plainly(const sha256_digest& digest, std::string_view signature) const {
    const auto der = der_from_raw(signature);
    const evp_pkey_ctx work(plain_ ? EVP_PKEY_CTX_dup(plain_.get()) : nullptr);
    return work && EVP_PKEY_verify(work.get(), reinterpret_cast<const unsigned char*>(der.data()), der.size(),
                                   digest.data(), digest.size()) == 1;
}

bool es256_verifier::verify(const sha256_digest& digest, std::string_view signature) const {
    if (signature.size() != 2 * field) return false;
    const auto* fast = table_.load(std::memory_order_acquire);
    if (fast == nullptr) {
        // Exactly one thread gets this count and builds the table; the others use the plain way until it is ready.
        if (seen_.fetch_add(1, std::memory_order_relaxed) + 1 == table_after) build_table();
        return verify_plainly(digest, signature);
    }
    return fast->verify(digest, signature, scratch());
}

namespace {

// The numbers of eight signatures, and the group's order to compute with.
struct group_work {
    bn_ctx ctx{BN_CTX_new()};
    montgomery_modulus order;
    std::array<secret_number, lanes> r = secret_numbers<lanes>();
    std::array<secret_number, lanes> s = secret_numbers<lanes>();
    std::array<secret_number, lanes> before = secret_numbers<lanes>();
    secret_number e{BN_new()};
    bool ready =
        ctx && BN_copy(order.value.get(), EC_GROUP_get0_order(p256_group())) != nullptr && order.prepare(ctx.get());

    static group_work& of_thread() {
        thread_local group_work own;
        return own;
    }

    // r and s, if they are from 1 to the order - 1.
    [[nodiscard]] bool read(std::size_t i, std::string_view signature) const {
        return number_of(signature.substr(0, field), r[i].get()) != nullptr &&
               number_of(signature.substr(field), s[i].get()) != nullptr && in_range(r[i].get(), order.value.get()) &&
               in_range(s[i].get(), order.value.get()) &&
               BN_to_montgomery(s[i].get(), s[i].get(), order.form.get(), ctx.get()) == 1;
    }
    [[nodiscard]] bool invert_s(std::size_t count) {
        bool ok = true;
        for (auto i = count; ok && i < lanes; ++i) ok = BN_copy(s[i].get(), s[0].get()) != nullptr;
        return ok && invert_all(s, before, order, e.get(), ctx.get());
    }
    // u1 = e/s and u2 = r/s.
    [[nodiscard]] bool write_factors(std::size_t i, const sha256_digest& digest, p256_lane& to) {
        const auto write = [](const BIGNUM* n, bytes32& bytes) {
            return BN_bn2binpad(n, bytes.data(), static_cast<int>(bytes.size())) >= 0;
        };
        return BN_bin2bn(digest.data(), static_cast<int>(digest.size()), e.get()) != nullptr &&
               order.reduce(e.get()) && order.product(e.get(), e.get(), s[i].get(), ctx.get()) &&
               write(e.get(), to.u1) && write(r[i].get(), to.r) &&
               order.product(e.get(), r[i].get(), s[i].get(), ctx.get()) && write(e.get(), to.u2);
    }
};

}  // namespace

void es256_verifier::verify_together(std::span<check> checks) {
    auto& work = group_work::of_thread();
    std::array<p256_lane, lanes> lane{};
    std::array<check*, lanes> of_lane{};
    std::size_t count = 0;
    for (auto& c : checks) {
        c.good = false;
        if (c.signature.size() == 2 * field && work.read(count, c.signature)) of_lane[count++] = &c;
    }
    if (count == 0) return;
    bool ok = work.ready && work.invert_s(count);
    for (std::size_t i = 0; ok && i < count; ++i) {
        lane[i].x = of_lane[i]->key->x_;
        lane[i].y = of_lane[i]->key->y_;
        ok = work.write_factors(i, of_lane[i]->digest, lane[i]);
    }
    const auto answer = ok ? compare_x(std::span(lane).first(count)) : p256_answer{0, 0xff};
    for (std::size_t i = 0; i < count; ++i) {
        auto& c = *of_lane[i];
        const bool decided = (answer.undecided >> i & 1U) == 0;
        c.good = decided ? (answer.equal >> i & 1U) != 0 : c.key->verify(c.digest, c.signature);
    }
}

}  // namespace assay::oauth
