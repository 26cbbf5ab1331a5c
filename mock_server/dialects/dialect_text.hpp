// A dialect as text, the comparison of two, and the JSON Schema of their files. Thread-safe.
#pragma once

#include <string>

#include "data/json.hpp"
#include "mock_server/dialects/dialect.hpp"

namespace assay::mock {

// YAML that parse_dialect reads back to an equal dialect, without `extends`.
[[nodiscard]] std::string show_dialect(const dialect& d);

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
