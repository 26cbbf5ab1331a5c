// Mailboxes of ranks that are threads of one test.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/load/ranks/mailbox.hpp"

namespace assay::load {

struct post_office {
    explicit post_office(std::size_t ranks) : boxes(ranks) {}
    std::mutex lock;
    std::vector<std::deque<letter>> boxes;
    std::atomic<int> aborted{0};
};

class local_mailbox final : public mailbox {
public:
    local_mailbox(post_office& post, std::size_t rank) : post_(post), rank_(rank) {}
    [[nodiscard]] std::size_t rank() const override { return rank_; }
    [[nodiscard]] std::size_t size() const override { return post_.boxes.size(); }
    void send(std::size_t to, std::string bytes) override {
        const std::lock_guard guard(post_.lock);
        post_.boxes[to].push_back({rank_, std::move(bytes)});
    }
    [[nodiscard]] std::optional<letter> receive() override {
        const std::lock_guard guard(post_.lock);
        auto& own = post_.boxes[rank_];
        if (own.empty()) return std::nullopt;
        letter out = std::move(own.front());
        own.pop_front();
        return out;
    }
    [[nodiscard]] bool close(std::chrono::nanoseconds) override { return true; }
    void abort(int code) override { post_.aborted = code; }

private:
    post_office& post_;
    std::size_t rank_;
};

}  // namespace assay::load
