#include "harness/load/result/hlog.hpp"

#include <cstdio>
#include <ctime>

#include <fmt/format.h>

namespace assay::load {
namespace {

// Epoch seconds of "2026-11-26T21:00:00.123Z"; 0 when it is not a time.
double epoch_of(const std::string& at) {
    std::tm t{};
    int ms = 0;
    if (std::sscanf(at.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour, &t.tm_min,
                    &t.tm_sec, &ms) != 7) {
        return 0;
    }
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    return static_cast<double>(timegm(&t)) + ms / 1000.0;
}

}  // namespace

std::string format_hlog(const load_result& r) {
    std::string out = fmt::format(
        "#[assay load: {}]\n"
        "#[Histogram log format version 1.3]\n"
        "#[StartTime: {:.3f} (seconds since epoch), {}]\n"
        "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
        r.setup.flows, epoch_of(r.started_at), r.started_at);
    for (const auto& [key, one] : r.intervals) {
        out += fmt::format("Tag={},{:.3f},1.000,{:.3f},{}\n", key.second, static_cast<double>(key.first),
                           static_cast<double>(one.latency.max()) / 1000, one.latency.encode());
    }
    return out;
}

}  // namespace assay::load
