#include "harness/cli/shared/command_tree.hpp"

#include <array>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace assay::harness {
namespace {

option_row row_of(const CLI::Option& o) {
    option_row out;
    for (const std::string& name : o.get_snames()) out.names.push_back("-" + name);
    for (const std::string& name : o.get_lnames()) out.names.push_back("--" + name);
    if (out.names.empty()) out.names.push_back(o.get_name());
    if (o.get_items_expected_max() > 0) {
        out.value = o.get_type_name();
        if (!o.get_default_str().empty()) out.value += "=" + o.get_default_str();
    }
    out.description = o.get_description();
    return out;
}

void add(const CLI::App& app, const std::string& name, std::vector<command_row>& out) {
    command_row row{name, app.get_description(), {}, app.get_footer()};
    for (const CLI::Option* o : app.get_options()) {
        if (!o->get_group().empty()) row.options.push_back(row_of(*o));
    }
    out.push_back(std::move(row));
    for (const CLI::App* one : app.get_subcommands(nullptr))
        add(*one, name.empty() ? one->get_name() : name + " " + one->get_name(), out);
}

}  // namespace

std::vector<command_row> describe_commands(const CLI::App& app) {
    std::vector<command_row> out;
    add(app, "", out);
    return out;
}

std::string words_command(const std::string& command, const std::string& option) {
    struct row {
        std::string_view option, list;
    };
    static constexpr std::array<row, 6> rows{{
        {"--profile", "profiles"},
        {"--select", "checks"},
        {"--fault", "faults"},
        {"--dialect", "dialects"},
        {"--client", "clients"},
        {"--careless", "careless"},
    }};
    // A client of `serve` is made by this option, and one of `load` is a role.
    if (option == "--client" && command != "run" && command != "matrix") return {};
    for (const row& r : rows) {
        if (r.option == option) return fmt::format("assay list {}", r.list);
    }
    return {};
}

}  // namespace assay::harness
