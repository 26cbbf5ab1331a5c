// Rules of the project that a compiler does not check. Each one takes a tree and returns findings. Thread-safe: plain
// functions.
#pragma once

#include <vector>

#include "tests/tidy/tree.hpp"

namespace assay::tidy {

using findings = std::vector<finding>;

// Includes between rooms run in one direction only.
[[nodiscard]] findings check_arrows(const tree& files);
// A third-party header is included only in its permitted places.
[[nodiscard]] findings check_third_party(const tree& files);

// The standard header of every std:: name is included, by the file or by one of our headers in it: what another
// standard header happens to include may change with its next version.
[[nodiscard]] findings check_standard_headers(const tree& files);
// At most 400 lines per C++ file and 60 per function.
[[nodiscard]] findings check_file_length(const tree& files);
[[nodiscard]] findings check_function_length(const tree& files);

// A statement with co_await has no brace and is not a condition: g++ 12 silently miscompiles some of those.
[[nodiscard]] findings check_co_await(const tree& files);

// Every .cpp is in a CMakeLists.txt; every header is included somewhere.
[[nodiscard]] findings check_dead_files(const tree& files);

// No unfinished work, and no path that exists on one machine only.
[[nodiscard]] findings check_words(const tree& files);

// A check's id is its file's name, unique; it names its witness.
[[nodiscard]] findings check_catalogue(const tree& files);
// A check's `says` contains the verb of its level, and `binds` the party that it judges.
[[nodiscard]] findings check_clauses(const tree& files);
// The checks of a profile exist.
[[nodiscard]] findings check_profiles(const tree& files);
// Every `known` row, of a profile or a client, names a check that exists and gives a reason.
[[nodiscard]] findings check_known_rows(const tree& files);

}  // namespace assay::tidy
