// A histogram of times in the published HdrHistogram layout: three significant digits from 1 µs to one hour, so that
// any two can be added exactly, in any order, and any reader of the V2 encoding can read them.
// Values are microseconds. Not thread-safe: one recorder each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"

namespace assay::load {

class histogram {
public:
    static constexpr std::int64_t highest_us = 3'600'000'000;

    // Counts one value; what is above one hour counts as one hour, what is below 0 as 0.
    void record(std::int64_t value_us) { record(value_us, 1); }
    void record(std::int64_t value_us, std::uint64_t times);
    void add(const histogram& other);
    void clear();

    [[nodiscard]] std::uint64_t count() const { return total_; }
    // Percentiles in per cent (99.9): the highest value that is equivalent at this resolution, as every HdrHistogram
    // gives it; 0 when nothing was counted.
    [[nodiscard]] std::int64_t percentile(double percent) const;
    [[nodiscard]] std::int64_t max() const;
    [[nodiscard]] std::int64_t min() const;
    [[nodiscard]] double mean() const;

    // HdrHistogram V2: ZigZag LEB128 counts behind a 40-byte header; compressed by zlib and in base64, as an .hlog
    // line holds it.
    [[nodiscard]] std::string encode() const;
    // Errors: malformed (base64, zlib, cookie, other digits), limit.
    [[nodiscard]] static result<histogram> decode(std::string_view base64);

    // A bucket that is not empty: the values `low` to `high`, both included.
    struct bar {
        std::int64_t low;
        std::int64_t high;
        std::uint64_t count;
    };
    [[nodiscard]] std::vector<bar> bars() const;

    bool operator==(const histogram& other) const { return bars_equal(other); }

private:
    [[nodiscard]] bool bars_equal(const histogram& other) const;
    std::vector<std::uint64_t> counts_;  // up to the highest index that was counted
    std::uint64_t total_ = 0;
};

}  // namespace assay::load
