// The histogram against its definition, and against a published reader of the format.
#include "harness/load/measurement/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "data/json.hpp"
#include "harness/load/result/hlog.hpp"
#include "harness/load/schedule/schedule.hpp"
#include "tests/support/shell.hpp"

namespace assay::load {
namespace {

// Realistic times: most are short, the tail covers six decades.
std::vector<std::int64_t> samples(std::uint64_t seed, std::size_t n) {
    random_stream random(seed);
    std::vector<std::int64_t> out;
    for (std::size_t i = 0; i < n; ++i) {
        const double magnitude = 1 + 7.5 * random.unit() * random.unit();
        out.push_back(static_cast<std::int64_t>(std::pow(10, magnitude)));
    }
    return out;
}

histogram of(const std::vector<std::int64_t>& values) {
    histogram h;
    for (const std::int64_t v : values) h.record(v);
    return h;
}

TEST(histogram, percentiles_are_right_to_three_digits) {
    auto values = samples(7, 20'000);
    const histogram h = of(values);
    std::sort(values.begin(), values.end());
    for (const double percent : {0.1, 1.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
        const auto rank =
            static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size()) - 1e-9));
        const auto exact = static_cast<double>(values[std::max<std::size_t>(rank, 1) - 1]);
        const auto got = static_cast<double>(h.percentile(percent));
        EXPECT_GE(got, exact) << percent;
        EXPECT_LE(got, exact * 1.001 + 1) << percent;
    }
    EXPECT_EQ(h.count(), values.size());
}

TEST(histogram, edges) {
    histogram h;
    EXPECT_EQ(h.percentile(99), 0);
    EXPECT_EQ(h.max(), 0);
    h.record(-5);
    h.record(0);
    h.record(histogram::highest_us * 2);
    EXPECT_EQ(h.count(), 3U);
    EXPECT_EQ(h.min(), 0);
    EXPECT_GE(h.max(), histogram::highest_us);
    EXPECT_LE(static_cast<double>(h.max()), static_cast<double>(histogram::highest_us) * 1.001);
    h.clear();
    EXPECT_EQ(h, histogram{});
}

TEST(histogram, small_values_are_exact) {
    histogram h;
    for (std::int64_t v = 0; v < 2048; ++v) h.record(v);
    const auto bars = h.bars();
    ASSERT_EQ(bars.size(), 2048U);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        EXPECT_EQ(bars[i].low, static_cast<std::int64_t>(i));
        EXPECT_EQ(bars[i].high, static_cast<std::int64_t>(i));
    }
}

TEST(histogram, addition_has_no_order) {
    const histogram a = of(samples(1, 500));
    const histogram b = of(samples(2, 900));
    const histogram c = of(samples(3, 100));
    histogram left = a;
    left.add(b);
    left.add(c);
    histogram right = c;
    right.add(b);
    right.add(a);
    EXPECT_EQ(left, right);
    auto all = samples(1, 500);
    for (const auto& more : {samples(2, 900), samples(3, 100)}) all.insert(all.end(), more.begin(), more.end());
    EXPECT_EQ(left, of(all));
}

TEST(histogram, encoding_comes_back) {
    for (const std::size_t n : {0U, 1U, 10U, 30'000U}) {
        const histogram h = of(samples(n + 1, n));
        auto back = histogram::decode(h.encode());
        ASSERT_TRUE(back) << back.error().text();
        EXPECT_EQ(*back, h) << n;
        EXPECT_EQ(back->count(), n);
    }
}

TEST(histogram, refuses_what_is_none) {
    for (const char* bad : {"", "AAAA", "HISTFAAAAAA=", "not base64!"}) {
        EXPECT_FALSE(histogram::decode(bad)) << bad;
    }
    std::string cut = of(samples(1, 1000)).encode();
    cut.resize(cut.size() / 2 / 4 * 4);
    EXPECT_FALSE(histogram::decode(cut));
}

TEST(hlog, is_read_by_hdr_histogram_js) {
    namespace fs = std::filesystem;
    const std::string reader = std::string(ASSAY_SOURCE_DIR) + "/tests/harness/load/hdr_reader";
    if (!fs::exists(reader + "/node_modules"))
        GTEST_SKIP() << "run setup/clients.sh: hdr-histogram-js is not installed";
    load_result r;
    r.started_at = "2026-11-26T21:00:00.250Z";
    histogram token;
    for (std::int64_t second = 0; second < 3; ++second) {
        const histogram h = of(samples(static_cast<std::uint64_t>(second) + 11, 4000));
        r.intervals[{second, "token"}].latency = h;
        token.add(h);
    }
    r.intervals[{1, "authorize"}].latency = of({1, 2, 3, 1'000'000});
    std::string name = (fs::temp_directory_path() / "assay-hlog-XXXXXX").string();
    const int file = mkstemp(name.data());
    ASSERT_GE(file, 0);
    std::ofstream(name, std::ios::binary) << format_hlog(r);
    const std::string path = "PATH=" + std::string(ASSAY_SOURCE_DIR) + "/.toolchain/bin:$PATH ";
    const auto read = json::parse(tests::printed_by(path + "node " + reader + "/read.mjs " + name));
    close(file);
    fs::remove(name);
    ASSERT_TRUE(read) << read.error().text();
    const auto number = [&](const char* pointer) { return read->at_pointer(pointer)->as_integer().value_or(-1); };
    EXPECT_EQ(number("/token/count"), 12'000);
    EXPECT_EQ(number("/token/max"), token.max());
    EXPECT_EQ(number("/token/p50"), token.percentile(50));
    EXPECT_EQ(number("/token/p99"), token.percentile(99));
    EXPECT_EQ(number("/authorize/count"), 4);
}

}  // namespace
}  // namespace assay::load
