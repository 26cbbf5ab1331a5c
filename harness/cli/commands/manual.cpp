// `assay manual`: the manual page, made from the commands that the program accepts. `assay help COMMAND`; `assay
// schema NAME`.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/command_tree.hpp"
#include "harness/cli/shared/data_folder.hpp"

namespace assay::harness {
namespace {

// man(7): a backslash begins an escape, and a dot or an apostrophe at the start of a line a request.
std::string roff(std::string_view text) {
    std::string out;
    bool starts = true;
    for (const char c : text) {
        if (starts && (c == '.' || c == '\'')) out += "\\&";
        starts = c == '\n';
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    return out;
}

std::string option_text(const option_row& o) {
    std::vector<std::string> bold;
    for (const std::string& name : o.names) bold.push_back(fmt::format("\\fB{}\\fR", roff(name)));
    std::string out = fmt::format(".TP\n{}", fmt::join(bold, ", "));
    if (!o.value.empty()) out += fmt::format(" \\fI{}\\fR", roff(o.value));
    return out + "\n" + roff(o.description) + "\n";
}

std::string page(const std::vector<command_row>& all) {
    std::string out = fmt::format(
        ".TH ASSAY 1 \"\" \"assay {}\" \"User Commands\"\n.SH NAME\nassay \\- {}\n.SH SYNOPSIS\n.B assay\n.I "
        "COMMAND\n"
        "[\\fIOPTION\\fR]...\n.SH COMMANDS\n",
        ASSAY_VERSION, roff(all.front().description));
    for (const command_row& c : all) {
        if (c.name.empty()) continue;
        out += fmt::format(".SS \"{}\"\n{}\n", roff(c.name), roff(c.description));
        for (const option_row& o : c.options) out += option_text(o);
        if (!c.footer.empty()) out += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(c.footer));
    }
    return out + fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n.SH SEE ALSO\n.BR curl (1)\n", roff(all.front().footer));
}

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

int show_schema(const std::string& name) {
    constexpr std::string_view folder = "docs/schema/";
    constexpr std::string_view ending = ".json";
    std::vector<std::string> names;
    for (const embedded_file& f : embedded_files()) {
        if (!f.name.starts_with(folder) || !f.name.ends_with(ending)) continue;
        names.emplace_back(f.name.substr(folder.size(), f.name.size() - folder.size() - ending.size()));
        if (names.back() != name) continue;
        fmt::print("{}", f.text);
        return 0;
    }
    if (name.empty()) {
        fmt::print("{}\n", fmt::join(names, "\n"));
        return 0;
    }
    return report_error({errc::usage, fmt::format("there is no schema '{}'{}", name, did_you_mean(name, names))});
}

}  // namespace

void add_manual(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("manual", "Print the manual page: assay manual > assay.1");
    command->callback([&app, &exit_code] {
        fmt::print("{}", page(describe_commands(app)));
        exit_code = 0;
    });
}

void add_help(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("help", "Show the options and examples of a command");
    auto words = std::make_shared<std::vector<std::string>>();
    command->add_option("command", *words, "run, serve, dialect schema …");
    command->callback([&app, words, &exit_code] { exit_code = show_help(app, *words); });
}

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
