// Everybody who watches a running load: the line on stderr, the page of --live, the receiver of --otlp. Not
// thread-safe: one thread calls it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/cli/load/load_live.hpp"
#include "harness/cli/load/load_output.hpp"
#include "harness/load/generator/load_plan.hpp"
#include "harness/load/watch/push.hpp"

namespace assay::harness {

struct watch_options {
    std::optional<std::uint16_t> live;     // port of the page; 0 picks a free one
    std::string otlp;                      // address of a receiver; empty: as the environment says
    std::vector<std::string> allow_hosts;  // besides those of the plan
    std::string ca_file;
    std::chrono::nanoseconds patience{std::chrono::seconds{10}};  // the last push takes less than half of it
};

class load_watch {
public:
    // Only the line.
    load_watch() = default;
    // `target`: its name. Says on stderr where the load can be watched. Errors: usage (--otlp), environment (port in
    // use).
    [[nodiscard]] static result<std::unique_ptr<load_watch>> start(const watch_options& o,
                                                                   const load::load_plan& plan,
                                                                   const std::string& target);
    void show(const load::progress& p);
    // Takes the line away: the run has ended.
    void clear() { line_.clear(); }
    // Pushes the figures of the result, and says on stderr if a push failed.
    void finish(const load::load_result& r);

private:
    [[nodiscard]] result<void> start_push(const watch_options& o, const load::load_plan& plan,
                                          const std::string& target);

    load_progress line_;
    std::unique_ptr<load_live> live_;
    std::unique_ptr<load::otlp_push> push_;
    load::progress last_;
};

}  // namespace assay::harness
