// The options of `assay serve` on its command line and in the environment. Not thread-safe.
#pragma once

#include "harness/cli/serve/serve_options.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace assay::harness {

void add_serve_flags(CLI::App& command, serve_options& o);

}  // namespace assay::harness
