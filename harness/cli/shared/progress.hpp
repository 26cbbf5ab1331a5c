// Progress on stderr during a run: one rewritten line on a terminal, otherwise a line from time to time. Thread-safe:
// one call at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>

namespace assay::harness {

class progress_line {
public:
    progress_line();
    ~progress_line();
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;

    // `total` 0: unknown.
    void show(std::size_t done, std::size_t total, const std::string& what);
    void clear();

private:
    bool terminal_;
    bool dirty_ = false;
    std::size_t said_ = 0;
};

[[nodiscard]] bool is_terminal(int file);
// True for a terminal, unless NO_COLOR is set.
[[nodiscard]] bool wants_colour(int file);
// Columns of the terminal, or 100.
[[nodiscard]] int terminal_width();

// True after the first Ctrl-C (SIGINT) or SIGTERM; a second one ends the program immediately.
[[nodiscard]] const std::atomic<bool>& interrupted();
// Call at the start of a run. Its end then waits for a reader of its summary for patience_after_a_run at most.
void watch_for_interruption();

}  // namespace assay::harness
