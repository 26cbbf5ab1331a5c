// `assay completion`: a script that makes a shell complete commands, options and names.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/command_tree.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

bool is_top(const command_row& c) {
    return !c.name.empty() && c.name.find(' ') == std::string::npos;
}

// Long names only: nobody completes a short one.
std::vector<std::string> long_names(const command_row& c) {
    std::vector<std::string> out;
    for (const option_row& o : c.options) {
        for (const std::string& name : o.names) {
            if (name.starts_with("--")) out.push_back(name);
        }
    }
    return out;
}

// A case of a shell for every option whose valid words the program prints itself. `line` has {0}, the pattern "run
// --profile", and {1}, the command that prints the words.
std::string words_cases(const std::vector<command_row>& all, std::string_view line) {
    std::string out;
    for (const command_row& c : all) {
        for (const std::string& name : long_names(c)) {
            if (const std::string command = words_command(c.name, name); !command.empty())
                out += fmt::format(fmt::runtime(line), reports::shell_word(c.name + " " + name), command);
        }
    }
    return out;
}

std::string bash(const std::vector<command_row>& all) {
    std::string commands;
    std::string cases;
    for (const command_row& c : all) {
        if (!is_top(c)) continue;
        commands += (commands.empty() ? "" : " ") + c.name;
        cases += fmt::format("        {}) words='{}' ;;\n", c.name, fmt::join(long_names(c), " "));
    }
    return fmt::format(R"(# assay completion bash > /etc/bash_completion.d/assay
_assay() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} words=
    case "${{COMP_WORDS[1]}} ${{COMP_WORDS[COMP_CWORD - 1]}}" in
{}    esac
    if [[ -z $words ]] && ((COMP_CWORD == 1)); then
        words='{}'
    elif [[ -z $words && $cur == -* ]]; then
        case ${{COMP_WORDS[1]}} in
{}        esac
    fi
    if [[ -n $words ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}}
complete -o filenames -F _assay assay
)",
                       words_cases(all, "    {0}) words=$({1} 2>/dev/null | cut -d ' ' -f 1) ;;\n"), commands, cases);
}

std::string zsh(const std::vector<command_row>& all) {
    std::string commands;
    std::string cases;
    for (const command_row& c : all) {
        if (!is_top(c)) continue;
        // A colon separates a word from its description.
        commands += fmt::format("        {}\n", reports::shell_word(c.name + ":" + c.description));
        cases += fmt::format("    {})\n        found=(", c.name);
        for (const option_row& o : c.options) {
            for (const std::string& name : o.names) {
                if (name.starts_with("--"))
                    cases += "\n            " + reports::shell_word(name + ":" + o.description);
            }
        }
        cases += ") ;;\n";
    }
    return fmt::format(R"(#compdef assay
# assay completion zsh > a folder of $fpath, as _assay
_assay() {{
    local -a found
    case "$words[2] $words[CURRENT-1]" in
{}    esac
    if (( $#found )); then
        _describe -t names name found
        return
    fi
    if (( CURRENT == 2 )); then
        found=(
{}        )
        _describe -t commands command found
        return
    fi
    case $words[2] in
{}    esac
    if [[ $PREFIX == -* ]]; then
        _describe -t options option found
    else
        _files
    fi
}}
if [[ $funcstack[1] == _assay ]]; then
    _assay "$@"
else
    compdef _assay assay
fi
)",
                       words_cases(all, "    {0}) found=(${{(f)\"$({1} 2>/dev/null | cut -d ' ' -f 1)\"}}) ;;\n"),
                       commands, cases);
}

std::string fish(const std::vector<command_row>& all) {
    std::string out = "# assay completion fish > ~/.config/fish/completions/assay.fish\n";
    for (const command_row& c : all) {
        if (!is_top(c)) continue;
        out += fmt::format("complete -c assay -n __fish_use_subcommand -f -a {} -d {}\n", c.name,
                           reports::shell_word(c.description));
        for (const option_row& o : c.options) {
            for (const std::string& name : o.names) {
                if (!name.starts_with("--")) continue;
                const std::string command = words_command(c.name, name);
                const std::string value = o.value.empty() ? ""
                                          : command.empty()
                                              ? " -r"
                                              : fmt::format(" -x -a \"({} 2>/dev/null | cut -d ' ' -f 1)\"", command);
                out += fmt::format("complete -c assay -n '__fish_seen_subcommand_from {}' -l {}{} -d {}\n", c.name,
                                   name.substr(2), value, reports::shell_word(o.description));
            }
        }
    }
    return out;
}

}  // namespace

void add_completion(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("completion", "Print a script that completes commands, options and names");
    auto shell = std::make_shared<std::string>();
    command->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->footer(
        "Examples:\n"
        "  source <(assay completion bash)\n"
        "  assay completion zsh > ~/.zsh/completions/_assay\n"
        "  assay completion fish > ~/.config/fish/completions/assay.fish");
    command->callback([&app, shell, &exit_code] {
        const auto all = describe_commands(app);
        fmt::print("{}", *shell == "bash" ? bash(all) : *shell == "zsh" ? zsh(all) : fish(all));
        exit_code = 0;
    });
}

}  // namespace assay::harness
