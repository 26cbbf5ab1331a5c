// A child process in its own process group; its output is recorded and its end noticed at once. Not thread-safe,
// except that an internal thread reads the child's output.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "data/result.hpp"

namespace assay::harness {

struct process_options {
    std::vector<std::string> command;                                // argv, looked up in `path`
    std::string folder;                                              // empty: the current one
    std::string path;                                                // PATH of the child; empty: ours
    std::vector<std::pair<std::string, std::string>> environment{};  // added to ours, or replacing it
    bool ends_at_interruption = false;                               // at once, see interrupt_guarded()
};

class process {
public:
    // The child's stdin is a pipe that closes when this object or this process ends. Errors: environment.
    [[nodiscard]] static result<std::unique_ptr<process>> start(const process_options& options);
    ~process();
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    [[nodiscard]] pid_t id() const;
    // The first line of stdout that contains `text`. Errors: timeout; environment, when the child ended or its stdout
    // closed before.
    [[nodiscard]] result<std::string> line_with(std::string_view text, std::chrono::milliseconds deadline);
    [[nodiscard]] result<std::string> first_line(std::chrono::milliseconds deadline) {
        return line_with({}, deadline);
    }
    // Whether the child has ended; waits at most `patience` for that.
    [[nodiscard]] bool ended(std::chrono::milliseconds patience = {});
    // "ended with status 1", "was killed by signal 11 (Segmentation fault)"; empty while it runs.
    [[nodiscard]] std::string how_it_ended() const;
    // The status of a child that exited; nullopt while it runs, and if a signal killed it.
    [[nodiscard]] std::optional<int> exit_status() const;
    // The end of its stderr, at most 8 KiB.
    [[nodiscard]] std::string last_words() const;
    // The beginning of its stdout, at most 8 KiB.
    [[nodiscard]] std::string said() const;
    // Ends it like stop(), but reads its remaining stdout and stderr to the end (or for 500 ms, if a grandchild holds
    // them open).
    void finish(std::chrono::milliseconds patience = std::chrono::milliseconds{2000});
    // Its stdout after the first line, and its stderr: the end of them, at most 1 MiB.
    [[nodiscard]] std::string printed() const;
    // Peak memory of the child (not of its children) in MiB since the last call with `again`; 0 if the system does
    // not report it.
    [[nodiscard]] std::int64_t peak_memory(bool again) const;
    // Sends SIGTERM to the whole group and closes stdin; SIGKILL after `patience`. Idempotent.
    void stop(std::chrono::milliseconds patience = std::chrono::milliseconds{2000});

private:
    process();
    struct impl;
    std::unique_ptr<impl> impl_;
};

// The first line of the command's stdout, or else all its stderr, if it ends within 10 s with status 0; nullopt
// otherwise.
[[nodiscard]] std::optional<std::string> output_of(const std::vector<std::string>& command, const std::string& path,
                                                   const std::string& folder = {});

}  // namespace assay::harness
