// `assay schema NAME`: the JSON Schema of a kind of file.
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/data_folder.hpp"

namespace assay::harness {
namespace {

int show_schema(const std::string& name) {
    const file_tree schemas = file_tree(embedded_files()) / "docs/schema";
    const std::vector<std::string> names = schemas.stems(".json");
    if (name.empty()) {
        fmt::print("{}\n", fmt::join(names, "\n"));
        return 0;
    }
    if (const auto text = schemas.read(name + ".json"); text) {
        fmt::print("{}", *text);
        return 0;
    }
    return report_error({errc::usage, fmt::format("there is no schema '{}'{}", name, did_you_mean(name, names))});
}

}  // namespace

void add_schema(CLI::App& app, int& exit_code) {
    auto* command =
        app.add_subcommand("schema", "Print the JSON Schema of a kind of file; without a name, their names");
    auto name = std::make_shared<std::string>();
    command->add_option("name", *name, "check, client, dialect, load, result, serve …");
    command->footer(
        "An editor that knows YAML Language Server checks a file with it:\n"
        "  assay schema client > client.schema.json\n"
        "  # yaml-language-server: $schema=./client.schema.json        as the first line of client.yaml");
    command->callback([name, &exit_code] { exit_code = show_schema(*name); });
}

}  // namespace assay::harness
