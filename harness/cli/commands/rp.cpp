// `assay rp`: our own client, as an adapter.
#include <CLI/CLI.hpp>

#include "harness/cli/commands/commands.hpp"
#include "harness/relying_party/service.hpp"

namespace assay::harness {

void add_rp(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("rp", "Run our own client behind the adapter contract (clients/README.md)");
    command->callback([&exit_code] { exit_code = run_rp(ASSAY_VERSION); });
}

}  // namespace assay::harness
