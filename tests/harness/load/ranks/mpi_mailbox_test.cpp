// The mailbox by MPI at the end of a run, by real ranks: this program, started by mpirun.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/load/ranks/mailbox.hpp"

namespace assay::load {
namespace {

using namespace std::chrono_literals;

bool has_mpi() {
    return std::filesystem::exists(ASSAY_MPI) && std::system("command -v mpirun >/dev/null 2>&1") == 0;
}

// Two ranks, which are cases of this program; the exit code of mpirun.
int two_ranks(const std::string& cases) {
    // LeakSanitizer knows nothing of MPI's own memory.
    const std::string line =
        "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 ASAN_OPTIONS=detect_leaks=0 timeout --foreground "
        "-s KILL 100 mpirun --oversubscribe --mca btl self,vader,tcp --mca btl_tcp_if_include lo --mca plm isolated "
        "-n 2 " +
        std::filesystem::read_symlink("/proc/self/exe").string() + " --gtest_filter=" + cases +
        " --gtest_also_run_disabled_tests >/dev/null 2>&1 </dev/null";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::unique_ptr<mailbox> own_mailbox() {
    void* plugin = ::dlopen(ASSAY_MPI, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    void* symbol = plugin == nullptr ? nullptr : ::dlsym(plugin, open_mailbox_name);
    EXPECT_NE(symbol, nullptr);
    return std::unique_ptr<mailbox>(symbol == nullptr ? nullptr : reinterpret_cast<open_mailbox_function>(symbol)());
}

// So large that MPI asks the receiver first.
const std::string large(20U << 20U, 'x');

TEST(mpi_mailbox, closes_with_large_letters_that_nobody_read) {
    if (!has_mpi()) GTEST_SKIP() << "there is no mpirun, or this build has no MPI; setup/packages.sh --cluster";
    EXPECT_EQ(two_ranks("mpi_rank.DISABLED_sends_and_closes"), 0);
}

TEST(mpi_mailbox, does_not_wait_for_a_rank_that_hangs) {
    if (!has_mpi()) GTEST_SKIP() << "there is no mpirun, or this build has no MPI; setup/packages.sh --cluster";
    EXPECT_EQ(two_ranks("mpi_rank.DISABLED_gives_up_on_the_other"), 7);
}

// Each sends, and neither reads.
TEST(mpi_rank, DISABLED_sends_and_closes) {
    const auto box = own_mailbox();
    box->send(1 - box->rank(), large);
    EXPECT_TRUE(box->close(60s));
}

TEST(mpi_rank, DISABLED_gives_up_on_the_other) {
    const auto box = own_mailbox();
    if (box->rank() == 1) ::raise(SIGSTOP);
    box->send(1, large);
    EXPECT_FALSE(box->close(300ms));
    box->abort(7);
}

}  // namespace
}  // namespace assay::load
