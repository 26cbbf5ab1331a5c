#include "harness/engine/server/run.hpp"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "harness/engine/core/pace.hpp"
#include "harness/engine/core/parallel.hpp"
#include "harness/engine/server/run_check.hpp"

namespace assay::harness {
namespace {

using reports::verdict;

struct job {
    const check* what;
    variant how;
};

bool stopped(const server_run_options& o) {
    return o.stop != nullptr && o.stop->load();
}

std::vector<job> jobs_of(const std::vector<check>& checks) {
    std::vector<job> out;
    for (const check& c : checks) {
        if (c.is_client) continue;
        for (variant& v : variants(c)) out.push_back({&c, std::move(v)});
    }
    return out;
}

std::chrono::microseconds answer_time(const reports::row& r) {
    if (r.exchanges.empty()) return {};
    const auto sum = std::accumulate(r.exchanges.begin(), r.exchanges.end(), std::int64_t{0},
                                     [](std::int64_t n, const reports::evidence& e) { return n + e.time_us; });
    return std::chrono::microseconds(sum / static_cast<std::int64_t>(r.exchanges.size()));
}

// Two winners of a race are a finding whatever the load on the server; a repetition might not show it.
bool speaks_for_itself(const reports::row& r) {
    return std::any_of(r.findings.begin(), r.findings.end(), [](const reports::finding& f) {
        return f.at == "exactly_one" && !f.actual.starts_with("0 of");
    });
}

bool deviates(const reports::row& r) {
    return r.verdict == verdict::error || !r.findings.empty();
}

// A deviation may be caused by the load of parallel checks: the check is repeated alone, and that result counts.
void confirm_alone(server_subject& subject, const std::vector<job>& jobs, const server_run_options& options,
                   std::vector<std::optional<reports::row>>& rows) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (stopped(options)) return;
        if (!rows[i] || !deviates(*rows[i]) || rows[i]->exchanges.empty() || speaks_for_itself(*rows[i])) continue;
        reports::row alone = run_check(subject, *jobs[i].what, jobs[i].how, options.how, nullptr, options.shown);
        if (stopped(options)) return;
        if (alone.verdict != rows[i]->verdict) {
            alone.reason = fmt::format("{}{}in parallel with other checks this was {}; alone it is {}", alone.reason,
                                       alone.reason.empty() ? "" : "; ", reports::verdict_name(rows[i]->verdict),
                                       reports::verdict_name(alone.verdict));
        }
        rows[i] = std::move(alone);
    }
}

// The exchanges of the failed precondition are attached to the first row that it leaves undecided.
void tell_once(const obstacle& unmet, std::vector<std::optional<reports::row>>& rows) {
    const auto first = std::find_if(rows.begin(), rows.end(), [](const auto& r) {
        return r && r->verdict == verdict::error && r->exchanges.empty();
    });
    if (first != rows.end()) (*first)->exchanges = unmet.exchanges;
}

}  // namespace

std::vector<reports::row> run_server_checks(server_subject& subject, const std::vector<check>& checks,
                                            const server_run_options& options) {
    const std::vector<job> jobs = jobs_of(checks);
    const std::optional<obstacle> unmet = subject.prepare(checks);
    const obstacle* const kept_back_by = unmet ? &*unmet : nullptr;
    const bool others_server = !subject.issuer().empty();
    const unsigned most = options.jobs == 0 ? default_jobs() : options.jobs;
    pace places(most, others_server && options.jobs == 0);
    std::vector<std::optional<reports::row>> rows(jobs.size());
    std::mutex lock;
    std::size_t done = 0;
    parallel_for(jobs.size(), most, options.stop, [&](std::size_t i) {
        places.begin();
        reports::row r = run_check(subject, *jobs[i].what, jobs[i].how, options.how, kept_back_by, options.shown);
        places.end(answer_time(r));
        // The interruption ends exchanges, so this check was not carried out to its end.
        if (stopped(options)) return;
        const std::lock_guard guard(lock);
        rows[i] = std::move(r);
        ++done;
        if (options.progress) options.progress(*rows[i], done, jobs.size());
    });
    if (others_server && most > 1) confirm_alone(subject, jobs, options, rows);
    if (unmet) tell_once(*unmet, rows);
    std::vector<reports::row> out;
    for (auto& r : rows) {
        if (r) out.push_back(std::move(*r));
    }
    return out;
}

}  // namespace assay::harness
