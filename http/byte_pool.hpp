// Memory that the messages in progress of several servers may use together, so that many connections with a large
// request or an unread answer each cannot fill the machine. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace assay::http {

class byte_pool {
public:
    explicit byte_pool(std::size_t most) : most_(most) {}

    [[nodiscard]] std::size_t most() const { return most_; }
    [[nodiscard]] std::size_t used() const { return used_.load(std::memory_order_relaxed); }

private:
    friend class byte_share;
    const std::size_t most_;
    std::atomic<std::size_t> used_{0};
};

// What one message uses of a pool; returned by the destructor. Not thread-safe.
class byte_share {
public:
    // The first bytes of a message do not count: whoever sends or asks for little is served while a pool is full.
    static constexpr std::size_t free_bytes = std::size_t{16} << 10U;

    // `pool` nullptr: no limit.
    explicit byte_share(std::shared_ptr<byte_pool> pool) : pool_(std::move(pool)) {}
    ~byte_share() { release(); }
    byte_share(const byte_share&) = delete;
    byte_share& operator=(const byte_share&) = delete;

    // The message has now `bytes`. False, without effect, if that does not fit. One message alone always fits.
    [[nodiscard]] bool hold(std::size_t bytes) {
        const std::size_t counted = bytes > free_bytes ? bytes - free_bytes : 0;
        if (!pool_ || counted <= held_) return true;
        const std::size_t more = counted - held_;
        std::size_t before = pool_->used_.load(std::memory_order_relaxed);
        do {
            const bool fits = before <= pool_->most_ && more <= pool_->most_ - before;
            if (!fits && before > held_) return false;
        } while (!pool_->used_.compare_exchange_weak(before, before + more, std::memory_order_relaxed));
        held_ = counted;
        return true;
    }
    void release() {
        if (held_ > 0) pool_->used_.fetch_sub(held_, std::memory_order_relaxed);
        held_ = 0;
    }

private:
    std::shared_ptr<byte_pool> pool_;
    std::size_t held_ = 0;
};

}  // namespace assay::http
