// What a check requires of a value: a literal, a shape, or a tagged matcher (!present, !one_of, …). Matchers are data
// made by the loader; match() is pure. Text in literals may contain ${…}, which must be expanded first
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
    present,      // present, with any value
    absent,       // absent
    one_of,       // one of `parts` matches
    matches,      // literal: RE2 pattern for the whole text
    contains,     // each of `parts`: substring of a text, member of an array, name of an object's member
    type,         // literal: string integer number boolean array object null
    range,        // lowest and highest in `parts`, inclusive
    count,        // parts[0]: the number of members, elements or characters
    distinct,     // parts[0]: the number of distinct members of an array
    unguessable,  // literal: minimum bits of entropy of an array of texts, without duplicates
    every,        // each of `parts` matches each element of an array, or member of an object
    unique,       // names: no two objects of an array have the same values of all these members
    negation,     // none of `parts` matches
    all,          // each of `parts` matches
};

struct matcher {
    matcher_kind kind = matcher_kind::equal;
    json::value literal;
    std::vector<matcher> parts;
    // shape: parts[i] matches names[i]: a member's name, or a JSON pointer when it starts with '/'.
    std::vector<std::string> names;
    yaml::place at;
};

// `at`: the JSON pointer of the mismatch within the value ("" is the value itself).
struct mismatch {
    std::string at;
    std::string expected;
    std::string actual;
    yaml::place place;
};

// From a node of a check file. Errors: bad_yaml (unknown tag with the nearest valid one, wrong argument, bad RE2).
[[nodiscard]] result<matcher> parse_matcher(const yaml::document& d, const yaml::node& n);
// All tags: "!present", "!absent" …
[[nodiscard]] std::span<const std::string_view> matcher_tags();

// Matches JSON: literals are equal by type and value (3600 is not "3600"). nullptr: absent.
[[nodiscard]] std::optional<mismatch> match(const matcher& m, const json::value* actual);
// Matches text (a header, a query parameter): a literal is compared as text, !range parses a number.
[[nodiscard]] std::optional<mismatch> match_text(const matcher& m, const std::string* actual);

// One line of text for people: `one of "a", "b"`, `absent`, `400`.
[[nodiscard]] std::string describe(const matcher& m);

}  // namespace assay::harness
