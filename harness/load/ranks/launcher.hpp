// Whether mpirun or srun started this process as one of several, and how they talk. Not thread-safe: before any
// thread starts.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "data/result.hpp"
#include "harness/load/ranks/mailbox.hpp"

namespace assay::load {

struct launch {
    std::string by;         // "mpirun", "srun"; empty: nobody did
    std::size_t ranks = 1;  // 1: a run like any other
    std::size_t rank = 0;   // of this process
    bool has_mpi = false;   // the launcher speaks the protocol with which MPI starts
};
// From the environment.
[[nodiscard]] launch launched();

// The mailbox of this rank, by the plugin with MPI beside the program. Errors: environment (no such plugin, srun
// without --mpi, or MPI of another kind than the launcher), each with what to do.
[[nodiscard]] result<std::unique_ptr<mailbox>> open_mailbox(const launch& how);

}  // namespace assay::load
