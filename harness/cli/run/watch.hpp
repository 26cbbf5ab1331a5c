// Waits until files change: for `assay run --watch`. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "data/result.hpp"

namespace assay::harness {

// What is watched: files, and folders with all below them except what tools write there (names that begin with a dot,
// node_modules, __pycache__, target) and `without`.
struct watched_paths {
    std::vector<std::string> files, folders;
    std::string without;  // the folder for the reports; empty: none
};

// Time and size of each file.
using snapshot = std::map<std::string, std::pair<std::int64_t, std::uintmax_t>>;
[[nodiscard]] snapshot look_at(const watched_paths& paths);
// The first file of the two that is new, gone or different; empty: none. `known_only`: new files do not count, for
// what a run itself writes beside a client.
[[nodiscard]] std::string first_change(const snapshot& before, const snapshot& now, bool known_only = false);

// Waits until some file is not as in `before` and has stayed as it is for a moment; returns its path. Empty:
// interrupted. Errors: environment (the system has no more watches).
[[nodiscard]] result<std::string> wait_for_change(const watched_paths& paths, const snapshot& before);

}  // namespace assay::harness
