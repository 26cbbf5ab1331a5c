#include "harness/cli/shared/cores.hpp"

#include <algorithm>
#include <thread>

#include <sched.h>

namespace assay::harness {

unsigned usable_cores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    // It fails where the kernel has more processors than the set has bits.
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return std::max(1U, std::thread::hardware_concurrency());
    return std::max(1U, static_cast<unsigned>(CPU_COUNT(&allowed)));
}

}  // namespace assay::harness
