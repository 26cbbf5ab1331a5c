#include "harness/load/ranks/launcher.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/auxv.h>

namespace assay::load {
namespace {

namespace fs = std::filesystem;

constexpr const char* plugin_name = "assay_mpi.so";

std::string variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread starts
    return value == nullptr ? std::string{} : std::string(value);
}

std::size_t count_in(const char* name) {
    const std::string text = variable(name);
    std::size_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

// In a build beside the program, installed in ../lib/assay.
fs::path plugin_file() {
    std::error_code bad;
    const fs::path folder = fs::read_symlink("/proc/self/exe", bad).parent_path();
    const fs::path beside = folder / plugin_name;
    return fs::exists(beside, bad) ? beside : folder.parent_path() / "lib/assay" / plugin_name;
}

// A program that no dynamic loader started has none.
bool is_static() {
    return ::getauxval(AT_BASE) == 0;
}

std::string refusal(const launch& how, const std::string& why) {
    return fmt::format(
        "{} started {} processes, which would be {} separate loads: {}; or run the shards one by one "
        "with --shard 1/{} and so on, and merge them (docs/load.md)",
        how.by, how.ranks, how.ranks, why, how.ranks);
}

}  // namespace

launch launched() {
    // Of Open MPI; of MPICH and its relatives; of Slurm's steps, where a batch script itself is none.
    struct row {
        const char *size, *rank, *by, *proof;
    };
    static constexpr std::array<row, 3> rows{
        {{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "mpirun", "OMPI_COMM_WORLD_SIZE"},
         {"PMI_SIZE", "PMI_RANK", "mpirun", "PMI_SIZE"},
         {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "srun", "PMIX_RANK"}}};
    for (const row& r : rows) {
        const std::size_t n = count_in(r.size);
        if (n == 0) continue;
        const bool by_slurm = !variable("SLURM_STEP_ID").empty() && variable("OMPI_COMM_WORLD_SIZE").empty();
        return {by_slurm ? "srun" : r.by, n, count_in(r.rank), !variable(r.proof).empty()};
    }
    return {};
}

result<std::unique_ptr<mailbox>> open_mailbox(const launch& how) {
    if (!how.has_mpi) {
        return fail(errc::environment,
                    refusal(how, "it did not say how they find each other; call it with --mpi=pmix"));
    }
    const fs::path file = plugin_file();
    if (is_static()) {
        return fail(errc::environment, refusal(how,
                                               "a program without shared libraries cannot load MPI; build Assay "
                                               "where MPI is installed"));
    }
    std::error_code bad;
    if (!fs::exists(file, bad)) {
        return fail(errc::environment,
                    refusal(how, fmt::format("there is no {} beside the program: it was built without MPI; install "
                                             "libopenmpi-dev and openmpi-bin, and build it again",
                                             plugin_name)));
    }
    // It stays loaded: MPI has threads and handlers of its own.
    void* plugin = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    void* symbol = plugin == nullptr ? nullptr : ::dlsym(plugin, open_mailbox_name);
    if (symbol == nullptr) {
        const char* said = ::dlerror();  // NOLINT(concurrency-mt-unsafe): before any thread starts
        return fail(errc::environment,
                    refusal(how, fmt::format("MPI does not load: {}", said == nullptr ? "?" : said)));
    }
    std::unique_ptr<mailbox> out(reinterpret_cast<open_mailbox_function>(symbol)());
    if (out->size() == how.ranks) return out;
    return fail(errc::environment,
                refusal(how, fmt::format("MPI sees {} of them: the MPI that Assay was built with is not that of {}",
                                         out->size(), how.by)));
}

}  // namespace assay::load
