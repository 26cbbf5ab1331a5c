// The verbs for reading checks in tests: all of them.
#pragma once

#include "harness/engine/client/verbs/table.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/loader.hpp"

namespace assay::tests {

[[nodiscard]] inline harness::vocabulary all_verbs() {
    return {harness::server_verbs(), harness::client_verbs()};
}

}  // namespace assay::tests
