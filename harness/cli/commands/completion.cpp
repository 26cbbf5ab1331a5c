// `assay completion`: a script that makes a shell complete commands, options and names.
#include <map>
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

// The options of a command and of those below it, by name. Long names only: nobody completes a short one.
std::map<std::string, option_row> options_of(const std::vector<command_row>& all, const command_row& command) {
    std::map<std::string, option_row> out;
    for (const command_row& c : all) {
        if (c.name != command.name && !c.name.starts_with(command.name + " ")) continue;
        for (const option_row& o : c.options) {
            for (const std::string& name : o.names) {
                if (name.starts_with("--")) out.emplace(name, o);
            }
        }
    }
    return out;
}

// Prints what may follow a command's name: commands below it, or its first argument. Empty: anything.
std::string next_words(const std::vector<command_row>& all, const command_row& command) {
    std::vector<std::string> below;
    for (const command_row& c : all) {
        if (c.name.starts_with(command.name + " ")) below.push_back(c.name.substr(command.name.size() + 1));
        if (command.name == "help" && is_top(c)) below.push_back(c.name);
    }
    if (!below.empty()) return print_words(below);
    for (const option_row& o : command.options) {
        if (!o.names.back().starts_with('-')) return words_command(command.name, o);
    }
    return {};
}

// A case of a shell for everything whose valid words are known: after a command, or after an option of it. `line` has
// {0}, the pattern ("list", "run --profile"), and {1}, the command that prints the words.
struct word_cases {
    std::string commands, options;
};
word_cases words_cases(const std::vector<command_row>& all, std::string_view line) {
    word_cases out;
    for (const command_row& c : all) {
        if (!is_top(c)) continue;
        if (const std::string next = next_words(all, c); !next.empty())
            out.commands += fmt::format(fmt::runtime(line), c.name, next);
        for (const auto& [name, o] : options_of(all, c)) {
            if (const std::string words = words_command(c.name, o); !words.empty())
                out.options += fmt::format(fmt::runtime(line), reports::shell_word(c.name + " " + name), words);
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
        cases += fmt::format("        {}) words='", c.name);
        for (const auto& [name, o] : options_of(all, c)) cases += name + " ";
        cases += "' ;;\n";
    }
    const word_cases words = words_cases(all, "        {0}) words=$({{ {1}; }} 2>/dev/null | cut -d ' ' -f 1) ;;\n");
    return fmt::format(R"(# assay completion bash > /etc/bash_completion.d/assay
_assay() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} words=
    if ((COMP_CWORD == 1)); then
        words='{}'
    elif [[ $cur == -* ]]; then
        case ${{COMP_WORDS[1]}} in
{}        esac
    elif ((COMP_CWORD == 2)); then
        case ${{COMP_WORDS[1]}} in
{}        esac
    else
        case "${{COMP_WORDS[1]}} ${{COMP_WORDS[COMP_CWORD - 1]}}" in
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
                       commands, cases, words.commands, words.options);
}

std::string zsh(const std::vector<command_row>& all) {
    std::string commands;
    std::string cases;
    for (const command_row& c : all) {
        if (!is_top(c)) continue;
        // A colon separates a word from its description.
        commands += fmt::format("        {}\n", reports::shell_word(c.name + ":" + c.description));
        cases += fmt::format("    {})\n        found=(", c.name);
        for (const auto& [name, o] : options_of(all, c))
            cases += "\n            " + reports::shell_word(name + ":" + o.description);
        cases += ") ;;\n";
    }
    const word_cases words =
        words_cases(all, "        {0}) found=(${{(f)\"$({{ {1}; }} 2>/dev/null | cut -d ' ' -f 1)\"}}) ;;\n");
    return fmt::format(R"(#compdef assay
# assay completion zsh > a folder of $fpath, as _assay
_assay() {{
    local -a found
    if (( CURRENT == 2 )); then
        found=(
{}        )
        _describe -t commands command found
        return
    fi
    if [[ $PREFIX == -* ]]; then
        case $words[2] in
{}        esac
        _describe -t options option found
        return
    fi
    if (( CURRENT == 3 )); then
        case $words[2] in
{}        esac
    else
        case "$words[2] $words[CURRENT-1]" in
{}        esac
    fi
    if (( $#found )); then
        _describe -t names name found
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
                       commands, cases, words.commands, words.options);
}

std::string fish(const std::vector<command_row>& all) {
    std::string out = "# assay completion fish > ~/.config/fish/completions/assay.fish\n";
    for (const command_row& c : all) {
        if (!is_top(c)) continue;
        out += fmt::format("complete -c assay -n __fish_use_subcommand -f -a {} -d {}\n", c.name,
                           reports::shell_word(c.description));
        const std::string seen = fmt::format("complete -c assay -n '__fish_seen_subcommand_from {}'", c.name);
        const auto words = [](const std::string& command) {
            return fmt::format("-a \"(begin; {}; end 2>/dev/null | cut -d ' ' -f 1)\"", command);
        };
        if (const std::string next = next_words(all, c); !next.empty())
            out += fmt::format("{} -n '__fish_is_nth_token 2' -f {}\n", seen, words(next));
        for (const auto& [name, o] : options_of(all, c)) {
            const std::string command = words_command(c.name, o);
            const std::string value = o.value.empty() ? "" : command.empty() ? " -r" : " -x " + words(command);
            out += fmt::format("{} -l {}{} -d {}\n", seen, name.substr(2), value, reports::shell_word(o.description));
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
