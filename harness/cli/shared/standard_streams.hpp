// stdout and stderr that never make this program abort: a reader that goes away (`assay run | head`) ends the output,
// not the run, whose reports are written and whose exit code is its own.
#pragma once

namespace assay::harness {

// Once, first of all, before any thread. A write that fails is dropped, and so is all that follows on that stream.
void keep_writing();
// Flushes both. 0, or the system's number (errno) of a failed write that was no closed pipe: a full disk, say, where
// what was asked for is not there. `file` is STDOUT_FILENO or STDERR_FILENO.
[[nodiscard]] int write_error(int file);

}  // namespace assay::harness
