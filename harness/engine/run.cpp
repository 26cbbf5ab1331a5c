#include "harness/engine/run.hpp"

#include <mutex>
#include <optional>

#include "harness/engine/parallel.hpp"
#include "harness/engine/run_check.hpp"

namespace assay::harness {

std::vector<reports::row> run_server_checks(server_subject& subject, const std::vector<check>& checks,
                                            const server_run_options& options) {
    struct job {
        const check* what;
        variant how;
    };
    std::vector<job> jobs;
    for (const check& c : checks) {
        if (c.is_client) continue;
        for (variant& v : variants(c)) jobs.push_back({&c, std::move(v)});
    }
    std::vector<std::optional<reports::row>> rows(jobs.size());
    std::mutex lock;
    std::size_t done = 0;
    parallel_for(jobs.size(), options.jobs == 0 ? default_jobs() : options.jobs, options.stop, [&](std::size_t i) {
        reports::row r = run_check(subject, *jobs[i].what, jobs[i].how, options.faults);
        const std::lock_guard guard(lock);
        rows[i] = std::move(r);
        ++done;
        if (options.progress) options.progress(*rows[i], done, jobs.size());
    });
    std::vector<reports::row> out;
    for (auto& r : rows) {
        if (r) out.push_back(std::move(*r));
    }
    return out;
}

}  // namespace assay::harness
