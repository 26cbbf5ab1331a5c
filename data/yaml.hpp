// The strict YAML parser: the only place where YAML text becomes values. Every node knows its line and
// column. Scalars stay text until a caller asks for a type; `yes` is never true, `0123` is never 83, a
// duplicate key is an error, anchors, merge keys and several documents are refused. Thread-safe: plain
// values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"

namespace assay::yaml {

struct place {
    int line = 0;    // from 1
    int column = 0;  // from 1
};

enum class kind { null, scalar, sequence, map };

struct entry;

// A node of the tree. `tag` is the local tag with its '!' ("!absent", "!contains"), empty when there is none.
struct node {
    enum kind kind = kind::null;
    std::string tag;
    std::string scalar;   // kind::scalar: the text
    bool quoted = false;  // the scalar was written in quotes (so "8" is a string, 8 a number)
    std::vector<node> items;
    std::vector<entry> entries;
    place at;

    [[nodiscard]] bool is_map() const { return kind == kind::map; }
    [[nodiscard]] bool is_sequence() const { return kind == kind::sequence; }
    [[nodiscard]] bool is_scalar() const { return kind == kind::scalar; }
    [[nodiscard]] const node* find(std::string_view key) const;
};

struct entry {
    std::string key;
    place at;
    node value;
};

// A parsed file: the tree, and the file's name for messages.
struct document {
    std::string name;  // path as the user gave it
    node root;

    // An error of errc::bad_yaml; `where` is "name:line:column".
    [[nodiscard]] error error_at(const place& at, std::string message) const;
};

[[nodiscard]] result<document> parse(std::string_view text, std::string name);
// The bytes of a file, at most the 4 MiB that `parse` takes. Errors: not_found, limit.
[[nodiscard]] result<std::string> read_text(const std::string& path);
// Reads at most 4 MiB. Errors: not_found, limit, bad_yaml.
[[nodiscard]] result<document> read_file(const std::string& path);

// Conversions to a type. An error says what was expected and what was found.
[[nodiscard]] result<std::string> as_text(const document& d, const node& n);      // a scalar
[[nodiscard]] result<std::int64_t> as_integer(const document& d, const node& n);  // unquoted decimal digits only
[[nodiscard]] result<bool> as_boolean(const document& d, const node& n);          // unquoted true or false only
[[nodiscard]] result<std::vector<std::string>> as_texts(const document& d,
                                                        const node& n);  // a sequence of scalars, or one scalar
// Untagged scalars as in JSON: unquoted true/false/null/integer/decimal have their type, everything else is a string.
[[nodiscard]] result<json::value> as_json(const document& d, const node& n);

// Errors: bad_yaml for the first key of `n` (a map) that is not in `allowed`, with the nearest valid name.
[[nodiscard]] result<void> only_keys(const document& d, const node& n, std::span<const std::string_view> allowed,
                                     std::string_view what);

}  // namespace assay::yaml
