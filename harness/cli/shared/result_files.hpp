// Reads what earlier runs wrote. Thread-safe: plain functions.
#pragma once

#include <string>

#include "data/json.hpp"
#include "data/result.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// A JSON document of at most 256 MiB, or load.json, bench.json or result.json in a folder. Errors: not_found, usage.
[[nodiscard]] result<json::value> read_json_file(const std::string& path);

struct read_run {
    reports::run run;
    bool whole = true;  // false: a newer assay wrote more into it than is known here
};
// A result of `assay run` or `assay matrix`: such a document, or its folder. Errors: usage, not_found.
[[nodiscard]] result<read_run> read_result(const std::string& path);
// The same for a document that was read from `path`.
[[nodiscard]] result<read_run> result_of(const json::value& document, const std::string& path);

}  // namespace assay::harness
