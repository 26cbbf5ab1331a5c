// A load result as text for a terminal. Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/load/measurement/result.hpp"

namespace assay::load {

struct summary_options {
    bool colour = false;
    int width = 100;
};
[[nodiscard]] std::string format_summary(const load_result& r, const summary_options& o);

// "5000/s for 30 s", "500/s to 5000/s in 20 s, then …", "50 users for 30 s".
[[nodiscard]] std::string describe_loop(const load_setup& s);
// "12 345": digits in groups of three.
[[nodiscard]] std::string grouped(std::uint64_t n);
// One character of eight heights per value; 0 is the lowest.
[[nodiscard]] std::string sparkline(const std::vector<double>& values);
// "0.83 of a core, 9.80 ms of processor time a flow; java 25.10 s, 812 MiB at most"; empty where it was not measured.
[[nodiscard]] std::string server_sentence(const load_result& r);
// "82% of the requests failed (4 100 of 5 000), most often token: status 400."; empty up to failed_share_max, 1 %.
[[nodiscard]] std::string failure_sentence(const load_result& r);
// "pass", "a threshold does not hold", "no verdict: …", "interrupted: …"
[[nodiscard]] std::string verdict_sentence(const load_result& r);

}  // namespace assay::load
