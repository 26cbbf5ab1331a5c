// Kills the programs that were started here when this program can no longer do it: it was killed, it crashed, or a
// second Ctrl-C ended it. The guardian is a process of its own with one end of a socket; the end of the stream tells
// it that this program is gone. Thread-safe.
#pragma once

#include <sys/types.h>

#include "data/result.hpp"

namespace assay::harness {

// From now on the process group `group` is killed (SIGKILL) when this program ends. The first call starts the
// guardian. `at_interruption`: interrupt_guarded() ends it as well. Errors: environment (no process can be made).
[[nodiscard]] result<void> guard(pid_t group, bool at_interruption);
// `group` has ended. To be called before its leader is reaped: until then no other group can have its id.
void unguard(pid_t group);
// Ends the groups that were guarded with `at_interruption`, and those that will be. Async-signal-safe.
void interrupt_guarded();

}  // namespace assay::harness
