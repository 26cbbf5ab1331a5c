// The verbs that checks are read with in tests: all there are.
#pragma once

#include "harness/engine/client/verbs/table.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/loader.hpp"

namespace assay::tests {

[[nodiscard]] inline harness::vocabulary all_verbs() {
    return {harness::server_verbs(), harness::client_verbs()};
}

}  // namespace assay::tests
