// What this program is made of: its version, its libraries, and what is known to be wrong with these. Thread-safe:
// plain functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"

namespace assay::harness::about {

// Whether a version such as "3.0.19" is in a range such as ">=3.0.0 <3.0.21": every comparison must hold (< <= > >=
// =). Numbers are compared one by one; a missing one is 0, and a letter after them ("1.1.1k") comes after none.
// Errors: malformed.
[[nodiscard]] result<bool> is_in(std::string_view version, std::string_view range);

struct advisory {
    std::string id;       // a CVE number
    std::string library;  // as in libraries()
    std::vector<std::string> affected;
    std::vector<std::string> fixed;
    std::string what;
    bool concerns = true;  // Assay uses what is affected
    std::string why;
    std::string source;  // URL
};
struct advisory_list {
    std::string looked_up;  // a date
    std::vector<advisory> rows;
};
// Errors: bad_yaml, with the place.
[[nodiscard]] result<advisory_list> read_advisories(std::string_view yaml, std::string name);
// The list in this binary.
[[nodiscard]] result<advisory_list> known_advisories();

struct library {
    std::string name, version;
};
// OpenSSL as loaded now, the others as found when this was built.
[[nodiscard]] std::vector<library> libraries();

// The answer to `assay --version --json`.
[[nodiscard]] json::object describe(const std::vector<library>& libraries, const advisory_list& advisories);

}  // namespace assay::harness::about
