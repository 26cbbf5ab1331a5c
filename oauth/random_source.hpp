// A source of random values: the system, or a seed that makes them repeatable. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace assay::oauth {

class random_source {
public:
    explicit random_source(std::string seed = {}, std::string label = {})
        : seed_(std::move(seed)), label_(std::move(label)) {}
    // `count` raw bytes: from the system, or HMAC(seed, label, kind, counter) when there is a seed.
    [[nodiscard]] std::string bytes(std::string_view kind, std::size_t count);

private:
    std::string seed_, label_;
    std::atomic<std::uint64_t> counter_{0};
};

}  // namespace assay::oauth
