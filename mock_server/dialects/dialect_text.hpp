// A dialect as text, the comparison of two, and the JSON Schema of their files. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "data/json.hpp"
#include "mock_server/dialects/dialect.hpp"
#include "mock_server/dialects/dialect_fields.hpp"

namespace assay::mock {

// YAML that parse_dialect reads back to an equal dialect, without `extends`.
[[nodiscard]] std::string show_dialect(const dialect& d);

// Parts of that text, each on one line: a string; the value of one member; the words of a refusal; a row of `claims`
// and of `resources` each.
[[nodiscard]] std::string yaml_scalar(const std::string& text);
[[nodiscard]] std::string field_yaml(const dialect_field& f, dialect d);
[[nodiscard]] std::string refusal_yaml(const wording& w);
[[nodiscard]] std::vector<std::string> claims_yaml(const dialect& d);
[[nodiscard]] std::vector<std::string> resources_yaml(const dialect& d);

struct dialect_difference {
    std::string member;  // "lifetimes.code", "refusals.token.code_known", "enforced"
    std::string before;  // YAML; empty: absent
    std::string after;
};
// The changes that turn `a` into `b`, in the order of the manual; names and titles are ignored.
[[nodiscard]] std::vector<dialect_difference> compare_dialects(const dialect& a, const dialect& b);

// docs/schema/dialect.json (JSON Schema 2020-12).
[[nodiscard]] json::object dialect_schema();

}  // namespace assay::mock
