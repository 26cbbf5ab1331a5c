// `assay manual`: the manual page, made from the commands that the program accepts.
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/command_tree.hpp"

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
        ".TH ASSAY 1 {} \"assay {}\" \"User Commands\"\n.SH NAME\nassay \\- {}\n.SH SYNOPSIS\n.B assay\n.I "
        "COMMAND\n"
        "[\\fIOPTION\\fR]...\n.SH COMMANDS\n",
        ASSAY_DATE, ASSAY_VERSION, roff(all.front().description));
    for (const command_row& c : all) {
        if (c.name.empty()) continue;
        out += fmt::format(".SS \"{}\"\n{}\n", roff(c.name), roff(c.description));
        for (const option_row& o : c.options) out += option_text(o);
        if (!c.footer.empty()) out += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(c.footer));
    }
    return out + fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n.SH SEE ALSO\n.BR curl (1)\n", roff(all.front().footer));
}

}  // namespace

void add_manual(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("manual", "Print the manual page: assay manual > assay.1");
    command->callback([&app, &exit_code] {
        fmt::print("{}", page(describe_commands(app)));
        exit_code = 0;
    });
}

}  // namespace assay::harness
