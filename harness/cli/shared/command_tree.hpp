// The commands and options of the program as data, for completions and the manual page: both follow from what the
// program accepts. Not thread-safe.
#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace assay::harness {

struct option_row {
    std::vector<std::string> names;  // "-h", "--help"; one name without dashes: a positional argument
    std::string value;               // "TEXT", "UINT=8080"; empty: a flag
    std::string description;
};

struct command_row {
    std::string name;  // "run"; "dialect schema" for a command below a command
    std::string description;
    std::vector<option_row> options;
    std::string footer;  // examples
};

// The program itself comes first, with the name "". Commands follow in their order, each before those below it.
[[nodiscard]] std::vector<command_row> describe_commands(const CLI::App& app);

// A shell's command that prints the valid words of an option or argument of a command, each at the start of a line:
// of `run` and "--profile" it is "assay list profiles". Empty: there is none.
[[nodiscard]] std::string words_command(const std::string& command, const option_row& option);

// The same for given words.
[[nodiscard]] std::string print_words(const std::vector<std::string>& words);

}  // namespace assay::harness
