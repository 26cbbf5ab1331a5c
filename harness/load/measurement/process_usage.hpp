// What the processes of a server use of their machine, as Linux tells. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <sys/types.h>

#include "data/result.hpp"
#include "harness/load/measurement/result.hpp"

namespace assay::load {

// A process and its descendants: a launcher script, the server, its workers.
class server_meter {
public:
    // Measures from now on. Errors: usage (there is no such process on this machine, or it is another user's).
    [[nodiscard]] static result<server_meter> start(pid_t root);
    // By name of the program: the processor time since start(), and the highest peak of one of its processes since
    // that process began. A process that ended meanwhile is not in it.
    [[nodiscard]] std::map<std::string, process_usage> used() const;

private:
    explicit server_meter(pid_t root) : root_(root) {}
    pid_t root_;
    std::map<pid_t, std::int64_t> before_;  // processor time in ns at start()
};

}  // namespace assay::load
