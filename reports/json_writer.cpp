#include "data/json.hpp"
#include "reports/writers.hpp"

namespace assay::reports {

std::string format_json(const run& r) {
    return json::format_pretty(to_json(masked(r, mask{}))) + "\n";
}

}  // namespace assay::reports
