// What `assay knee` found, as a document (assay.knee/1, docs/schema/knee.json) and as a page. Thread-safe: pure
// functions.
#pragma once

#include <string>

#include "data/json.hpp"
#include "harness/load/measurement/knee.hpp"

namespace assay::load {

// Each probe has its whole result (assay.load/1).
[[nodiscard]] json::value to_json(const knee_options& o, const knee_result& k);
// Needs at least one probe.
[[nodiscard]] std::string format_page(const knee_result& k);

}  // namespace assay::load
