// EC_POINT_get_Jprojective_coordinates_GFp is deprecated in OpenSSL 3 without a successor; affine coordinates would
// cost one inversion for each point.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "oauth/es256_sign.hpp"

#include <array>
#include <atomic>
#include <optional>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <pthread.h>

#include "oauth/p256.hpp"

namespace assay::oauth {
namespace {

constexpr std::size_t field = p256_field;
constexpr std::size_t batch = 16;  // a larger batch would delay every batch-th signature more, and save little

// Counts forks: a child process must not reuse the nonces of its parent.
std::atomic<unsigned> forks{0};

// The curve P-256 with the contexts of its two moduli.
struct p256 {
    const EC_GROUP* curve = p256_group();
    montgomery_modulus prime, order;
    bool ready = false;

    p256() {
        const bn_ctx ctx(BN_CTX_new());
        const auto note_fork = [] { forks.fetch_add(1, std::memory_order_relaxed); };
        ready = curve != nullptr && ctx && pthread_atfork(nullptr, nullptr, note_fork) == 0 &&
                BN_copy(order.value.get(), EC_GROUP_get0_order(curve)) != nullptr &&
                EC_GROUP_get_curve(curve, prime.value.get(), nullptr, nullptr, ctx.get()) == 1 &&
                prime.prepare(ctx.get()) && order.prepare(ctx.get());
    }
    static const p256& get() {
        static const p256 all;
        return all;
    }
};

// The nonces that one thread has precomputed, and its scratch numbers.
class stock {
public:
    struct one {
        BIGNUM* r;
        BIGNUM* inverse;  // of k, in Montgomery form
    };

    BN_CTX* ctx() { return ctx_.get(); }
    BIGNUM* work() { return work_.get(); }
    BIGNUM* e() { return e_.get(); }
    // The next unused nonce; nullopt: the system gave no random bytes.
    std::optional<one> take() {
        const auto now = forks.load(std::memory_order_relaxed);
        if (now != made_after_ || next_ == batch) {
            made_after_ = now;
            next_ = make() ? 0 : batch;
        }
        if (next_ == batch) return std::nullopt;
        const auto i = next_++;
        return one{r_[i].get(), k_[i].get()};
    }
    static stock& of_thread() {
        thread_local stock own;
        return own;
    }

private:
    // Draws each number uniformly from 1 to the order - 1.
    bool draw() {
        const auto& order = p256::get().order;
        std::array<unsigned char, (batch + 1) * field> bytes{};
        bool ok = RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1;
        for (std::size_t i = 0; ok && i < k_.size(); ++i) {
            ok = BN_bin2bn(bytes.data() + i * field, field, k_[i].get()) != nullptr;
            while (ok && (BN_is_zero(k_[i].get()) == 1 || BN_ucmp(k_[i].get(), order.value.get()) >= 0))
                ok = BN_priv_rand_range(k_[i].get(), order.value.get()) == 1;
        }
        OPENSSL_cleanse(bytes.data(), bytes.size());
        return ok;
    }

    // Computes the x coordinate of k*G for each k except the last, which blinds the inversion.
    bool multiply() {
        const auto& c = p256::get();
        bool ok = true;
        for (std::size_t i = 0; ok && i < batch; ++i) {
            ok = EC_POINT_mul(c.curve, at_.get(), k_[i].get(), nullptr, nullptr, ctx()) == 1 &&
                 EC_POINT_get_Jprojective_coordinates_GFp(c.curve, at_.get(), r_[i].get(), nullptr, z_[i].get(),
                                                          ctx()) == 1 &&
                 BN_to_montgomery(z_[i].get(), z_[i].get(), c.prime.form.get(), ctx()) == 1;
        }
        ok = ok && invert_all(z_, before_z_, c.prime, work(), ctx());
        for (std::size_t i = 0; ok && i < batch; ++i) {
            ok = c.prime.product(z_[i].get(), z_[i].get(), z_[i].get(), ctx()) &&
                 c.prime.product(r_[i].get(), r_[i].get(), z_[i].get(), ctx()) && c.order.reduce(r_[i].get());
        }
        return ok;
    }

    bool make() {
        const auto& c = p256::get();
        bool ok = c.ready && ctx_ && at_ && draw() && multiply();
        for (std::size_t i = 0; ok && i < k_.size(); ++i)
            ok = BN_to_montgomery(k_[i].get(), k_[i].get(), c.order.form.get(), ctx()) == 1;
        return ok && invert_all(k_, before_k_, c.order, work(), ctx());
    }

    bn_ctx ctx_{BN_CTX_new()};
    ec_point at_{EC_POINT_new(p256_group())};
    secret_number work_{BN_new()};
    secret_number e_{BN_new()};
    std::array<secret_number, batch + 1> k_ = secret_numbers<batch + 1>();
    std::array<secret_number, batch + 1> before_k_ = secret_numbers<batch + 1>();
    std::array<secret_number, batch> r_ = secret_numbers<batch>();
    std::array<secret_number, batch> z_ = secret_numbers<batch>();
    std::array<secret_number, batch> before_z_ = secret_numbers<batch>();
    std::size_t next_ = batch;
    unsigned made_after_ = 0;
};

}  // namespace

es256_signer::es256_signer(const EVP_PKEY* key) {
    const auto& c = p256::get();
    const bn_ctx ctx(BN_CTX_new());
    BIGNUM* d = nullptr;
    if (c.ready && ctx && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1) secret_.reset(d);
    if (secret_ && BN_to_montgomery(d, d, c.order.form.get(), ctx.get()) != 1) secret_.reset();
    if (!secret_) ERR_clear_error();
}

// FIPS 186-4 §6.4.1: s = (e + r*d) / k. If r or s is zero, another k is taken.
std::string es256_signer::sign(const sha256_digest& digest) const {
    if (!usable()) return {};
    const auto& order = p256::get().order;
    auto& own = stock::of_thread();
    BIGNUM* const s = own.work();
    BIGNUM* const e = own.e();
    for (;;) {
        const auto k = own.take();
        const bool ok = k && order.product(s, k->r, secret_.get(), own.ctx()) &&
                        BN_bin2bn(digest.data(), static_cast<int>(digest.size()), e) != nullptr && order.reduce(e) &&
                        BN_uadd(s, s, e) == 1 && order.reduce(s) && order.product(s, s, k->inverse, own.ctx());
        if (!ok) return {};
        BN_clear(k->inverse);
        if (BN_is_zero(k->r) == 1 || BN_is_zero(s) == 1) continue;
        std::array<unsigned char, 2 * field> out{};
        const bool fits = BN_bn2binpad(k->r, out.data(), field) == static_cast<int>(field) &&
                          BN_bn2binpad(s, out.data() + field, field) == static_cast<int>(field);
        return fits ? std::string(out.begin(), out.end()) : std::string();
    }
}

}  // namespace assay::oauth
