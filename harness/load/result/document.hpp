// The result document of a load, assay.load/1 (docs/schema/load.json). Thread-safe: pure functions.
#pragma once

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/load/measurement/result.hpp"

namespace assay::load {

[[nodiscard]] json::value to_json(const load_result& r);
// Errors: usage (another document), malformed.
[[nodiscard]] result<load_result> load_result_from_json(const json::value& v);

}  // namespace assay::load
