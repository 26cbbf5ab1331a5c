// What a compiler does not check but the project relies on. Each rule: tree in, findings out.
// Thread-safe: plain functions.
#pragma once

#include <vector>

#include "tests/tidy/tree.hpp"

namespace assay::tidy {

using findings = std::vector<finding>;

// Includes between rooms run one way.
[[nodiscard]] findings check_arrows(const tree& files);
// A third-party header is included only where its door stands.
[[nodiscard]] findings check_third_party(const tree& files);

// The standard header of every std:: name is included, by the file or by one of ours that it includes: what another
// header of the library happens to bring is another in the next version of it.
[[nodiscard]] findings check_standard_headers(const tree& files);
// At most 400 lines a C++ file; 60 a function.
[[nodiscard]] findings check_file_length(const tree& files);
[[nodiscard]] findings check_function_length(const tree& files);

// A statement with co_await holds no brace and is no condition: g++ 12 miscompiles some of those silently.
[[nodiscard]] findings check_co_await(const tree& files);

// Every .cpp is named by a CMakeLists.txt; every header is included by somebody.
[[nodiscard]] findings check_dead_files(const tree& files);

// No unfinished work, and no path that exists on one machine only.
[[nodiscard]] findings check_words(const tree& files);

// A check's id is its file's name, unique; it names its witness.
[[nodiscard]] findings check_catalogue(const tree& files);
// A check's `says` holds the verb that its level needs, and `binds` the party that it judges.
[[nodiscard]] findings check_clauses(const tree& files);
// A profile lists checks that exist.
[[nodiscard]] findings check_profiles(const tree& files);
// Every `known` row, of a profile or a client, names a check that exists and gives a reason.
[[nodiscard]] findings check_known_rows(const tree& files);

}  // namespace assay::tidy
