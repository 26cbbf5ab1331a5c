// `assay help COMMAND`: what `assay COMMAND --help` says.
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/cli/commands/commands.hpp"

namespace assay::harness {
namespace {

int show_help(const CLI::App& app, const std::vector<std::string>& words) {
    const CLI::App* at = &app;
    std::string above;
    for (const std::string& word : words) {
        std::vector<std::string> names;
        const CLI::App* found = nullptr;
        for (const CLI::App* one : at->get_subcommands(nullptr)) {
            names.push_back(one->get_name());
            if (one->get_name() == word) found = one;
        }
        if (found == nullptr)
            return report_error(
                {errc::usage, fmt::format("there is no command '{}'{}", word, did_you_mean(word, names))});
        above += (above.empty() ? "" : " ") + at->get_name();
        at = found;
    }
    fmt::print("{}", at->help(above));
    return 0;
}

}  // namespace

void add_help(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("help", "Show the options and examples of a command");
    auto words = std::make_shared<std::vector<std::string>>();
    command->add_option("command", *words, "run, serve, dialect schema …");
    command->callback([&app, words, &exit_code] { exit_code = show_help(app, *words); });
}

}  // namespace assay::harness
