#include "harness/cli/shared/descriptors.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

namespace assay::harness {
namespace {

// Measured with whole profiles: one job needed 120 at most, including the origins of a single check, and each further
// job about 20. The margin is for the libraries of the system.
constexpr rlim_t of_the_run = 140;
constexpr rlim_t of_a_job = 30;

}  // namespace

void raise_descriptor_limit() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max) return;
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

result<std::optional<std::string>> fit_jobs(unsigned& jobs, unsigned by_default) {
    rlimit files{};
    const unsigned wanted = jobs == 0 ? by_default : jobs;
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= of_the_run + of_a_job * wanted)
        return std::optional<std::string>{};
    if (files.rlim_cur < of_the_run + of_a_job) {
        return fail(errc::environment,
                    fmt::format("a run needs {} file descriptors and may have {}; allow more of them (ulimit -Hn)",
                                of_the_run + of_a_job, files.rlim_cur));
    }
    jobs = static_cast<unsigned>((files.rlim_cur - of_the_run) / of_a_job);
    return std::optional(
        fmt::format("{} jobs instead of {}: a run with these needs {} file descriptors and may have "
                    "{} (ulimit -Hn)",
                    jobs, wanted, of_the_run + of_a_job * wanted, files.rlim_cur));
}

}  // namespace assay::harness
