// A child process in a process group of its own, its output kept, its end noticed at once.
// Not thread-safe, except that a thread of its own reads the child's output.
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
    std::string folder;                                              // empty: this one
    std::string path;                                                // PATH of the child; empty: ours
    std::vector<std::pair<std::string, std::string>> environment{};  // beside ours, or in the place of ours
};

class process {
public:
    // The child's stdin is a pipe that closes when this object or this process ends. Errors: environment.
    [[nodiscard]] static result<std::unique_ptr<process>> start(const process_options& options);
    ~process();
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    // The first line of stdout that holds `text`. Errors: timeout; environment, when the child ended or its stdout
    // closed before.
    [[nodiscard]] result<std::string> line_with(std::string_view text, std::chrono::milliseconds deadline);
    [[nodiscard]] result<std::string> first_line(std::chrono::milliseconds deadline) {
        return line_with({}, deadline);
    }
    // Whether the child is still there; waits at most `patience` for its end.
    [[nodiscard]] bool ended(std::chrono::milliseconds patience = {});
    // "ended with status 1", "was killed by signal 11 (Segmentation fault)"; empty while it runs.
    [[nodiscard]] std::string how_it_ended() const;
    // Of a child that ended by itself; nullopt while it runs, and of one that a signal killed.
    [[nodiscard]] std::optional<int> exit_status() const;
    // The end of what it wrote on stderr, at most 8 KiB.
    [[nodiscard]] std::string last_words() const;
    // The beginning of what it wrote on stdout, at most 8 KiB.
    [[nodiscard]] std::string said() const;
    // Ends it as stop() does, but reads what it still writes, stdout and stderr to their end (or 500 ms, where a
    // grandchild holds them open).
    void finish(std::chrono::milliseconds patience = std::chrono::milliseconds{2000});
    // What it wrote on stdout after the first line, and on stderr: the end of it, at most 1 MiB.
    [[nodiscard]] std::string printed() const;
    // MiB of memory that the child (not its children) held at most since the last call with `again`; 0 where the
    // system does not tell.
    [[nodiscard]] std::int64_t peak_memory(bool again) const;
    // SIGTERM and a closed stdin for the whole group; SIGKILL after `patience`. Idempotent.
    void stop(std::chrono::milliseconds patience = std::chrono::milliseconds{2000});

private:
    process();
    struct impl;
    std::unique_ptr<impl> impl_;
};

// The first line of what a command prints on stdout, or else all it prints on stderr, when it ends by itself within
// 10 s with status 0; nullopt otherwise.
[[nodiscard]] std::optional<std::string> output_of(const std::vector<std::string>& command, const std::string& path,
                                                   const std::string& folder = {});

}  // namespace assay::harness
