// Processor cores. Thread-safe.
#pragma once

namespace assay::harness {

// How many cores this process may use, by its affinity: fewer than the machine has under taskset or in a cpuset. At
// least 1.
[[nodiscard]] unsigned usable_cores();

}  // namespace assay::harness
