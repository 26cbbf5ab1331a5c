// stdout and stderr whose failures never abort the program: when the reader of a pipe closes it (`assay run | head`),
// the output ends but the run continues, writes its reports and returns its own exit code.
#pragma once

namespace assay::harness {

// Call once, before any thread starts. After a failed write all further output of that stream is dropped.
void keep_writing();
// Flushes both. Returns 0, or errno of a failed write that was not a closed pipe, such as a full disk, when requested
// output is missing. `file` is STDOUT_FILENO or STDERR_FILENO.
[[nodiscard]] int write_error(int file);

}  // namespace assay::harness
