// A mailbox by MPI's C interface. It is a plugin, so that the program itself needs no MPI and starts as fast without.
#include <chrono>
#include <list>
#include <thread>
#include <utility>

#include <mpi.h>

#include "harness/load/ranks/mailbox.hpp"

namespace assay::load {
namespace {

constexpr int tag = 1;

class mpi_mailbox final : public mailbox {
public:
    mpi_mailbox() {
        int provided = 0;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
        // A letter to a rank that has died is no reason to die as well.
        MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &size_);
    }
    [[nodiscard]] std::size_t rank() const override { return static_cast<std::size_t>(rank_); }
    [[nodiscard]] std::size_t size() const override { return static_cast<std::size_t>(size_); }

    void send(std::size_t to, std::string bytes) override {
        forget_sent();
        sent& one = on_their_way_.emplace_back();
        one.bytes = std::move(bytes);
        MPI_Isend(one.bytes.data(), static_cast<int>(one.bytes.size()), MPI_BYTE, static_cast<int>(to), tag,
                  MPI_COMM_WORLD, &one.request);
    }  // NOLINT(clang-analyzer-optin.mpi.MPI-Checker): forget_sent() looks at the request

    [[nodiscard]] std::optional<letter> receive() override {
        forget_sent();
        int there = 0;
        MPI_Message message{};
        MPI_Status status{};
        MPI_Improbe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &message, &status);
        if (there == 0) return std::nullopt;
        int size = 0;
        MPI_Get_count(&status, MPI_BYTE, &size);
        letter out{static_cast<std::size_t>(status.MPI_SOURCE), std::string(static_cast<std::size_t>(size), '\0')};
        MPI_Mrecv(out.bytes.data(), size, MPI_BYTE, &message, MPI_STATUS_IGNORE);
        return out;
    }

    // A large letter is on its way until the other rank takes it, and that one may have ended its run: all take what
    // comes until all have come here with nothing on its way.
    [[nodiscard]] bool close(std::chrono::nanoseconds at_most) override {
        const auto until = std::chrono::steady_clock::now() + at_most;
        MPI_Request all_are_here = MPI_REQUEST_NULL;
        bool am_here = false;
        int done = 0;
        while (done == 0) {
            if (std::chrono::steady_clock::now() > until) return false;
            while (receive()) {
            }
            if (on_their_way_.empty() && !std::exchange(am_here, true)) MPI_Ibarrier(MPI_COMM_WORLD, &all_are_here);
            if (am_here) MPI_Test(&all_are_here, &done, MPI_STATUS_IGNORE);
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        MPI_Finalize();
        return true;
    }

    void abort(int code) override { MPI_Abort(MPI_COMM_WORLD, code); }

private:
    struct sent {
        std::string bytes;
        MPI_Request request = MPI_REQUEST_NULL;
    };
    // MPI reads the bytes until the request is complete.
    void forget_sent() {
        on_their_way_.remove_if([](sent& one) {
            int done = 0;
            MPI_Test(&one.request, &done, MPI_STATUS_IGNORE);
            return done != 0;
        });
    }
    int rank_ = 0;
    int size_ = 1;
    std::list<sent> on_their_way_;
};

}  // namespace
}  // namespace assay::load

// Once in a process: MPI cannot be started again. The caller owns the mailbox.
extern "C" [[gnu::visibility("default")]] assay::load::mailbox* assay_open_mailbox() {
    return new assay::load::mpi_mailbox;
}
