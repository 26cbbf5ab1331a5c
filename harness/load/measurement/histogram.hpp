// A histogram of times in the published HdrHistogram layout: three significant digits from 1 µs to one hour. Any two
// can be added exactly, in any order, and any reader of the V2 encoding can read them. Values are microseconds. Not
// thread-safe: one per recorder.
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

    // Counts one value; values above one hour count as one hour, negative ones as 0.
    void record(std::int64_t value_us) { record(value_us, 1); }
    void record(std::int64_t value_us, std::uint64_t times);
    void add(const histogram& other);
    void clear();

    [[nodiscard]] std::uint64_t count() const { return total_; }
    // `percent`: 0 to 100, such as 99.9. The highest value that is equivalent at this resolution, as in every
    // HdrHistogram; 0 when nothing was counted.
    [[nodiscard]] std::int64_t percentile(double percent) const;
    [[nodiscard]] std::int64_t max() const;
    [[nodiscard]] std::int64_t min() const;
    [[nodiscard]] double mean() const;

    // HdrHistogram V2: ZigZag LEB128 counts after a 40-byte header; compressed by zlib and base64-encoded, as in a
    // line of an .hlog file.
    [[nodiscard]] std::string encode() const;
    // Errors: malformed (base64, zlib, cookie, other digits), limit.
    [[nodiscard]] static result<histogram> decode(std::string_view base64);

    // A bucket that is not empty: values from `low` to `high`, inclusive.
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
