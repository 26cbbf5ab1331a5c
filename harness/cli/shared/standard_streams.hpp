// stdout and stderr that hold and abort nothing: when the reader of a pipe closes it (`assay run | head`) the output
// ends, and when it reads nothing the output is kept meanwhile; the run continues, writes its reports and returns its
// own exit code. Thread-safe, except keep_writing().
#pragma once

#include <chrono>
#include <cstdint>

namespace assay::harness {

// Call once, before any thread starts. After a failed write all further output of that stream is dropped.
void keep_writing();
// How long the end of the program waits for a reader of stdout that reads nothing. Without this call: for ever, as
// filters do, since what a command such as `list` prints is its only result. A terminal is always waited for.
void wait_for_readers_at_most(std::chrono::milliseconds time);
inline constexpr std::chrono::milliseconds patience_after_a_run{5'000};  // its reports are in files

// How writing ended. `unread`: nobody read it in time, and what was left is lost.
struct write_end {
    int error = 0;  // errno of a failed write that was not a closed pipe, such as a full disk
    bool unread = false;
};
// Flushes it, and waits for its reader. `file`: STDOUT_FILENO or STDERR_FILENO (for which 2 s are enough).
[[nodiscard]] write_end finish_writing(int file);

// Messages on stderr that were dropped, because its reader did not read those before them: over 256 KiB.
[[nodiscard]] std::uint64_t dropped_messages();

}  // namespace assay::harness
