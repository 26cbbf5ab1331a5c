#include "harness/cli/shared/command_tree.hpp"

#include <algorithm>
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

std::string print_words(const std::vector<std::string>& words) {
    return fmt::format("printf '%s\\n' {}", fmt::join(words, " "));
}

std::string words_command(const std::string& command, const option_row& option) {
    // CLI11 writes the words of an enumeration into the type: TEXT:{bash,zsh,fish}
    if (const std::size_t open = option.value.find('{'); open != std::string::npos) {
        std::string words = option.value.substr(open + 1, option.value.find('}') - open - 1);
        std::replace(words.begin(), words.end(), ',', ' ');
        return print_words({words});
    }
    struct row {
        std::string_view command, option, words;
    };
    static constexpr std::array<row, 10> rows{{
        {"", "--profile", "assay list profiles"},
        {"", "--select", "assay list checks"},
        {"", "--fault", "assay list faults"},
        {"", "--dialect", "assay list dialects"},
        {"dialect from", "--extends", "assay list dialects"},
        {"", "--careless", "assay list careless"},
        // A client of `serve` is made by this option, and one of `load` is a role.
        {"run", "--client", "assay list clients"},
        {"matrix", "--client", "assay list clients"},
        {"explain", "name", "assay list checks; assay list faults; assay list rules; assay list dialects"},
        {"schema", "name", "assay schema"},
    }};
    for (const row& r : rows) {
        if ((r.command.empty() || r.command == command) && option.names.back() == r.option)
            return std::string(r.words);
    }
    return {};
}

}  // namespace assay::harness
