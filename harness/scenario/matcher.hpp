// What a check says about a value: a literal, a shape, or one of the tagged matchers (!present, !one_of, …).
// Matchers are data made by the loader; match() is pure. Text in literals may hold ${…}: expand it first
// (variables.hpp). Thread-safe: plain values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "data/yaml.hpp"

namespace assay::harness {

enum class matcher_kind {
    equal,        // literal
    shape,        // an object with at least the members `names`
    sequence,     // an array of exactly `parts`, in order
    present,      // there, whatever it is
    absent,       // not there
    one_of,       // one of `parts` matches
    matches,      // RE2 in literal, the whole text
    contains,     // each of `parts`: substring of a text, member of an array, name of an object's member
    type,         // literal: string integer number boolean array object null
    range,        // lowest and highest in `parts`, both allowed
    count,        // parts[0]: the number of members, elements or characters
    distinct,     // parts[0]: the number of different members of an array
    unguessable,  // literal: bits that the least predictable reading of an array of texts must hold, none twice
    every,        // each of `parts` matches each element of an array, or member of an object
    unique,       // names: the members that no two objects of an array have alike, all of them
    negation,     // none of `parts` matches
    all,          // each of `parts` matches
};

struct matcher {
    matcher_kind kind = matcher_kind::equal;
    json::value literal;
    std::vector<matcher> parts;
    // shape: names[i] is what parts[i] looks at: a member's name, or a JSON pointer when it begins with '/'.
    std::vector<std::string> names;
    yaml::place at;
};

// `at` is the JSON pointer below the value that was matched ("" is the value itself).
struct mismatch {
    std::string at;
    std::string expected;
    std::string actual;
    yaml::place place;
};

// A node of a check file. Errors: bad_yaml (unknown tag with the nearest valid one, wrong argument, bad RE2).
[[nodiscard]] result<matcher> parse_matcher(const yaml::document& d, const yaml::node& n);
// "!present", "!absent" …
[[nodiscard]] std::span<const std::string_view> matcher_tags();

// JSON: literals are equal by type and value (3600 is not "3600"). nullptr: absent.
[[nodiscard]] std::optional<mismatch> match(const matcher& m, const json::value* actual);
// Text (a header, a query parameter): a literal compares as it is written, !range reads a number.
[[nodiscard]] std::optional<mismatch> match_text(const matcher& m, const std::string* actual);

// One line for people: `one of "a", "b"`, `absent`, `400`.
[[nodiscard]] std::string describe(const matcher& m);

}  // namespace assay::harness
