// Profiles (scenarios/profiles/NAME.yaml) and --select: which checks run, and at what level.
// Thread-safe: plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/file_tree.hpp"
#include "data/result.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

struct profile_check {
    std::string id;
    std::optional<reports::level> level{};  // nullopt: the check's own
    std::string source{};                   // the clause that sets the level
    std::string says{};                     // its sentence, verbatim
};

// An expected deviation. Empty members match everything.
struct known_row {
    std::string check;
    std::string variant{};
    std::string dialect{};
    std::string subject{};
    std::string reason;
    std::string place{};
    std::optional<reports::verdict> verdict{};  // for clients: the expected verdict; nullopt: any deviation
    bool sometimes = false;                     // a race: it need not occur in every run, and never becomes stale
};

struct profile {
    std::string id, title, description;
    std::string dialect;  // dialect of the embedded mock; empty: strict
    std::vector<std::string> source;
    std::vector<profile_check> checks;
    std::vector<std::string> needs;
    std::vector<known_row> known;
};

// The valid words of a known row; an empty list is not checked.
struct known_row_names {
    const std::vector<check>* checks = nullptr;
    std::vector<std::string> subjects{};
    std::vector<std::string> dialects{};  // "polar" matches every polar@… of them
};
// Checks that `check`, `variant`, `subject` and `dialect` of that row exist: a row about something unknown would
// never match and never become stale. Errors: bad_yaml at the word, with the nearest one.
[[nodiscard]] result<void> check_known(const yaml::document& d, const yaml::node& row, const known_row_names& names);

// Errors: bad_yaml, also for an unknown id.
[[nodiscard]] result<profile> load_profile(const yaml::document& d, const known_row_names& names);
[[nodiscard]] result<std::vector<profile>> load_profiles(const file_tree& scenarios, const known_row_names& names);
// Reads a list of `known:` rows of a profile or a baseline.
enum class reasons { required, may_be_missing };
[[nodiscard]] result<std::vector<known_row>> load_known(const yaml::document& d, const yaml::node& n,
                                                        const known_row_names& names, reasons r = reasons::required);

// "RFC 7636 §4.6" -> "rfc7636/4.6", "OIDC Core §3.1.3.7 (3)" -> "oidc-core/3.1.3.7", "Polar connect" ->
// "polar/connect".
[[nodiscard]] std::string clause_selector(std::string_view source);
// An id, an area ("AS-PKCE", "AS"), or a clause and its subclauses ("rfc7636", "rfc7636/4").
[[nodiscard]] bool selects(std::string_view selector, const check& c);
// The checks of the profile (nullptr: all) that one of the selectors matches (none given: all), with the profile's
// levels. A selector may be a list separated by commas. Errors: usage, for a selector without a match.
[[nodiscard]] result<std::vector<check>> select_checks(const std::vector<check>& all, const profile* within,
                                                       const std::vector<std::string>& selectors);

}  // namespace assay::harness
