// `assay run --as oidf`, --oidf-config, --oidf-plan: a run by the modules of a test plan of the OpenID Foundation's
// conformance suite.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "harness/engine/server/oidf_config.hpp"
#include "reports/result.hpp"

namespace assay::harness {

struct oidf_request {
    std::string plan;      // --oidf-plan; empty: the basic plan of each kind below
    std::string server;    // the server's file or URL; empty: our mock
    bool servers = true;   // whether checks of servers run
    bool clients = false;  // whether clients are checked
    bool only_it = false;  // only the checks of the plan run
};

struct oidf_view {
    std::vector<reports::test_plan> plans;
    oidf_choice choice;               // for reading the server's file
    std::vector<std::string> select;  // ids; empty: no restriction
};

// Errors: usage (plan, variant or configuration; no check tests any module of the plan), bad_yaml.
[[nodiscard]] result<oidf_view> view_as_oidf(const oidf_request& r, const catalogue& all);

}  // namespace assay::harness
