// Histograms of a result file: what is decoded encodes to the same counts, and adding counts every value.
#include "harness/load/measurement/histogram.hpp"

#include <limits>

#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const auto text = fuzz::text_of(data, size);
    load::histogram recorded;
    for (std::size_t at = 0; at + 4 <= size && at < 400; at += 4) {
        std::uint32_t value = 0;
        for (std::size_t n = 0; n < 4; ++n) value = value << 8U | data[at + n];
        recorded.record(static_cast<std::int64_t>(value), 1U + value % 3U);
    }
    const auto back = load::histogram::decode(recorded.encode());
    fuzz::must(back && *back == recorded, "what is encoded decodes");
    fuzz::must(recorded.percentile(50) <= recorded.percentile(99.9) && recorded.percentile(100) == recorded.max(),
               "percentiles are in order");
    const auto decoded = load::histogram::decode(text);
    if (!decoded) {
        fuzz::must(!decoded.error().message.empty(), "an error says something");
        return 0;
    }
    const auto again = load::histogram::decode(decoded->encode());
    fuzz::must(again && *again == *decoded, "what is decoded is encoded and decoded");
    auto sum = *decoded;
    sum.add(recorded);
    // Counts of a file may add up to more than fits.
    if (decoded->count() < std::numeric_limits<std::uint32_t>::max())
        fuzz::must(sum.count() == decoded->count() + recorded.count(), "adding counts every value");
    (void)sum.bars();
    (void)sum.mean();
    return 0;
}
