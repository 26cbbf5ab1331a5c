// Executes the steps of a server check in sequence. Not thread-safe: each walk has its own run and row.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/engine/server/ending.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/scenario/check.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// Whether to go on with the next step.
enum class next { step, stop };

class walker {
public:
    walker(const check& c, server_run& run, reports::row& out) : check_(c), run_(run), out_(out) {}

    // `prefix`: put before the number of each step in reports: "3[2].".
    next walk(const std::vector<step>& steps, const std::string& prefix);
    [[nodiscard]] bool met_no_answer() const { return no_answer_; }
    // Whether the server was asked for more than its metadata, or something was judged.
    [[nodiscard]] bool has_decided() const { return decided_; }

    // ---- for verbs ----

    [[nodiscard]] server_run& run() { return run_; }
    // Executes the step, judges its answer and saves values.
    next one_answer(const step& s);
    // Each round has its own user agent and thread; all start together. `name`: the variable with the value of the
    // round; empty: none.
    next at_once(const step& s, const std::string& number, const std::string& name,
                 const std::vector<json::value>& values);
    next judge_answer(const std::vector<assertion>& expect, const observation& a, const step& s);
    next compare(const std::vector<assertion>& expect, const observation& a, const step& s);
    void collect(const step& s);
    [[nodiscard]] result<std::optional<mismatch>> saved_mismatch(const named_matcher& one);
    void decide() { decided_ = true; }
    void add(std::string at, std::string expected, std::string actual, const yaml::place& place);
    [[nodiscard]] bool has_findings() const { return !out_.findings.empty(); }
    next give_up(const error& e, const step& s);
    [[nodiscard]] bool out_of_time() const { return std::chrono::steady_clock::now() - began_ > run_.budget; }
    // Undecided: estimates the time of all rounds from those that were done.
    next over_budget(const step& s, std::int64_t done, std::int64_t wanted,
                     std::chrono::steady_clock::duration taken);

private:
    next one(const step& s, const std::string& number);
    [[nodiscard]] result<bool> holds(const std::vector<named_matcher>& when);
    next precondition(const step& s);
    next save(const step& s);
    next end(const ending& how, const step& s);
    next over_budget(const step& s);

    bool no_answer_ = false;
    std::atomic<bool> decided_ = false;  // several threads write it when rounds run at once
    const check& check_;
    server_run& run_;
    reports::row& out_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// Adds findings to `out`; sets its verdict, reason and cause when the walk ends early (ending.hpp). True: it ended
// because no answer came.
[[nodiscard]] bool walk_steps(const check& c, server_run& run, reports::row& out);

}  // namespace assay::harness
