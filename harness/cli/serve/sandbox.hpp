// Takes from this process what a server does not need: files that were not named (Landlock) and system calls that
// start programs, debug others or change the machine (seccomp). For Linux; what the kernel lacks is left out and
// said.
#pragma once

#include <string>
#include <vector>

namespace assay::harness {

struct sandbox_options {
    std::vector<std::string> readable;   // files and folders, beside those that name resolution and TLS need
    std::vector<std::string> writable;   // folders in which files may be made, replaced and removed
    std::vector<std::string> sockets{};  // folders in which unix sockets may be made and removed
};

// Confines the calling thread and all that start later, so call it before any starts. It cannot be undone. Returns
// what is in force, such as "landlock ABI 6, seccomp", or "none" and why.
[[nodiscard]] std::string confine(const sandbox_options& o);

}  // namespace assay::harness
