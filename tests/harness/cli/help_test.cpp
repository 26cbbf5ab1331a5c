// What the program says about itself: help, manual page, completions, schemas.
#include <sstream>

#include "data/json.hpp"
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

// The commands that --help lists.
std::vector<std::string> commands(const folder& at) {
    std::istringstream help(assay(at, "--help").out);
    std::vector<std::string> out;
    bool listed = false;
    for (std::string line; std::getline(help, line);) {
        if (line.starts_with("Subcommands:")) {
            listed = true;
        } else if (listed && line.starts_with("  ") && line[2] != ' ') {
            out.push_back(line.substr(2, line.find(' ', 2) - 2));
        } else if (listed && line.empty()) {
            break;
        }
    }
    return out;
}

ended shell(const folder& at, const std::string& name, const std::string& script) {
    write(at / "script", script);
    const std::string path = fs::path(ASSAY_PROGRAM).parent_path().string();
    const int status = std::system(
        ("cd " + at.name() + " && PATH=" + path + ":$PATH " + bounded + name + " script >stdout 2>stderr </dev/null")
            .c_str());
    return {exit_code(status, name), text_of(at / "stdout"), text_of(at / "stderr")};
}

TEST(help, of_a_command_is_what_its_own_option_says) {
    const folder at;
    ASSERT_GT(commands(at).size(), 15U);
    for (const std::string& name : commands(at))
        EXPECT_EQ(assay(at, "help " + name).out, assay(at, name + " --help").out);
    EXPECT_EQ(assay(at, "help dialect schema").out, assay(at, "dialect schema --help").out);
    const ended wrong = assay(at, "help rnu");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.err.find("'run'"), std::string::npos) << wrong.err;
}

TEST(manual, describes_every_command_and_is_correct_roff) {
    const folder at;
    const ended e = assay(at, "manual");
    ASSERT_EQ(e.code, 0) << e.err;
    for (const std::string& name : commands(at))
        EXPECT_NE(e.out.find(".SS \"" + name + "\""), std::string::npos) << name;
    EXPECT_NE(e.out.find("\\fB\\-\\-profile\\fR"), std::string::npos);
    for (std::istringstream lines(e.out); !lines.eof();) {
        std::string line;
        std::getline(lines, line);
        const bool request = line.starts_with('.') && line.size() > 2 && line[1] >= 'A' && line[1] <= 'z';
        EXPECT_TRUE(!line.starts_with('.') || request) << line;
        EXPECT_FALSE(line.starts_with('\'')) << line;
    }
}

TEST(completion, of_bash_knows_commands_options_and_names) {
    const folder at;
    const ended e = shell(at, "bash", R"(source <(assay completion bash)
complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _assay; echo "${COMPREPLY[*]}"; }
complete_words assay ser
complete_words assay run --prof
complete_words assay run --profile pol
complete_words assay serve --fault id_token_aud_wro
complete_words assay run --client authli
complete_words assay serve --client authli
complete_words assay run --out scr
)");
    EXPECT_EQ(e.err, "");
    EXPECT_EQ(e.out, "serve\n--profile\npolar\nid_token_aud_wrong\nauthlib\n\nscript\n");
}

TEST(completion, names_every_command_in_every_shell) {
    const folder at;
    for (const std::string name : {"bash", "zsh", "fish"}) {
        const ended e = assay(at, "completion " + name);
        EXPECT_EQ(e.code, 0) << e.err;
        for (const std::string& command : commands(at))
            EXPECT_NE(e.out.find(command), std::string::npos) << name << " " << command;
    }
    EXPECT_EQ(assay(at, "completion tcsh").code, 2);
}

TEST(schema, is_printed_by_its_name) {
    const folder at;
    const ended names = assay(at, "schema");
    std::istringstream lines(names.out);
    std::size_t count = 0;
    for (std::string name; std::getline(lines, name); ++count) {
        const auto document = json::parse(assay(at, "schema " + name).out);
        ASSERT_TRUE(document) << name;
        EXPECT_NE(document->find("$schema"), nullptr) << name;
    }
    EXPECT_GE(count, 6U);
    const ended wrong = assay(at, "schema clint");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.err.find("'client'"), std::string::npos) << wrong.err;
}

}  // namespace
}  // namespace assay::cli_tests
