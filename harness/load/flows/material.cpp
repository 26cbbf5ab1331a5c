#include "harness/load/flows/material.hpp"

#include <algorithm>
#include <utility>

namespace assay::load {
namespace {

constexpr std::size_t batch = 2000;

}  // namespace

std::int64_t issuer_now_ms(std::int64_t ahead_s) {
    const auto ours = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(ours).count() + 1000 * ahead_s;
}

std::int64_t renew_at_ms(std::int64_t ahead_s, double expires_in) {
    constexpr double longest_s = 1e9;  // more than any run; keeps the sum in range
    if (!(expires_in > 0)) return 0;
    return issuer_now_ms(ahead_s) + static_cast<std::int64_t>(std::min(expires_in, longest_s) * 500);
}

result<void> code_supply::start() {
    for (;;) {
        {
            const std::lock_guard guard(lock_);
            // If minting is slow, the first codes expire before the last one is ready: then do not wait for all of
            // them.
            if (codes_.size() >= ahead_ || minted_ >= ahead_) break;
        }
        if (auto ok = refill(); !ok) return ok;
    }
    filler_ = std::thread([this] { keep_filled(); });
    return {};
}

void code_supply::stop() {
    {
        const std::lock_guard guard(lock_);
        ends_ = true;
    }
    low_.notify_all();
    if (filler_.joinable()) filler_.join();
}

result<void> code_supply::refill() {
    std::size_t wanted = 0;
    std::uint64_t generation = 0;
    {
        const std::lock_guard guard(lock_);
        drop_old();
        generation = generation_;
        wanted = codes_.size() >= ahead_ ? 0 : std::min(batch, ahead_ - codes_.size());
    }
    if (wanted == 0) return {};
    const auto asked_for = std::chrono::steady_clock::now();
    auto fresh = mint_(wanted);
    if (!fresh) return fail(fresh.error());
    if (fresh->empty()) return fail(errc::environment, "the server gave no authorization code");
    minted_ += fresh->size();
    const std::lock_guard guard(lock_);
    if (generation != generation_) {
        thrown_away_ += fresh->size();
        return {};
    }
    for (grant& g : *fresh) {
        g.use_before = asked_for + (g.lifetime.count() > 0 ? std::min(keep_, g.lifetime / 2) : keep_);
        codes_.push_back(std::move(g));
    }
    return {};
}

void code_supply::drop_old() {
    const auto now = std::chrono::steady_clock::now();
    while (!codes_.empty() && codes_.front().use_before < now) {
        codes_.pop_front();
        ++thrown_away_;
    }
}

void code_supply::forget() {
    {
        const std::lock_guard guard(lock_);
        ++generation_;
        thrown_away_ += codes_.size();
        codes_.clear();
    }
    low_.notify_all();
}

void code_supply::keep_filled() {
    for (;;) {
        {
            std::unique_lock guard(lock_);
            low_.wait(guard, [&] { return ends_ || codes_.size() <= ahead_ - ahead_ / 4; });
            if (ends_) return;
        }
        if (auto ok = refill(); !ok) {
            const std::lock_guard guard(lock_);
            trouble_ = ok.error().text();
            return;
        }
    }
}

bool code_supply::take(grant& out) {
    const std::lock_guard guard(lock_);
    drop_old();
    if (codes_.size() <= ahead_ - ahead_ / 4) low_.notify_one();
    if (codes_.empty()) return false;
    out = std::move(codes_.front());
    codes_.pop_front();
    return true;
}

std::string code_supply::trouble() const {
    const std::lock_guard guard(lock_);
    return trouble_;
}

}  // namespace assay::load
