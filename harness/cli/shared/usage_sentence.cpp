#include "harness/cli/shared/usage_sentence.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/nearest.hpp"

namespace assay::harness {
namespace {

// The text between two parts of CLI11's message; nullopt: it has another form.
std::optional<std::string> between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t from = text.find(before);
    if (from == std::string_view::npos) return std::nullopt;
    text.remove_prefix(from + before.size());
    const std::size_t to = after.empty() ? text.size() : text.find(after);
    if (to == std::string_view::npos) return std::nullopt;
    return std::string(text.substr(0, to));
}

const CLI::App& innermost(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : innermost(*chosen.front());
}

// "run", "baseline update"; empty: the program itself.
std::string words_of(const CLI::App& app, const CLI::App& root) {
    if (&app == &root) return {};
    const std::string above = app.get_parent() == nullptr ? "" : words_of(*app.get_parent(), root);
    return above.empty() ? app.get_name() : above + " " + app.get_name();
}

std::vector<std::string> names_in(const CLI::App& app) {
    std::vector<std::string> out;
    for (const CLI::Option* o : app.get_options()) {
        for (const auto& name : o->get_lnames()) out.push_back("--" + name);
    }
    for (const CLI::App* one : app.get_subcommands(nullptr)) out.push_back(one->get_name());
    return out;
}

// The first argument that is neither known nor a value of CLI11's liking.
std::string unexpected(const CLI::App& app, int argc, char** argv) {
    const auto names = names_in(app);
    for (int n = 1; n < argc; ++n) {
        const std::string typed = std::string(argv[n]).substr(0, std::string(argv[n]).find('='));
        const bool option = typed.size() > 2 && typed.starts_with("--");
        if (option && std::find(names.begin(), names.end(), typed) == names.end()) return typed;
    }
    return {};
}

// "must, should or robust"
std::string one_of(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    return out;
}

std::string expected_words(const std::string& option, const std::string& value, const std::string& list) {
    std::vector<std::string> words;
    std::stringstream in(list);
    for (std::string one; std::getline(in, one, ',');) words.push_back(one);
    std::sort(words.begin(), words.end());
    return fmt::format("{} {}: expected {}{}", option, value.empty() ? "''" : value, one_of(words),
                       did_you_mean(value, words));
}

std::string number_word(const CLI::App& app, const std::string& option) {
    const CLI::Option* o = app.get_option_no_throw(option);
    const std::string type = o == nullptr ? "" : o->get_type_name();
    return type.find("FLOAT") != std::string::npos ? "a number"
           : type.find("INT") != std::string::npos ? "a whole number"
                                                   : "another value";
}

// What CLI11 says, in our words; empty: a kind of mistake that it words well enough.
std::string in_our_words(const CLI::App& app, const std::string& said) {
    const std::string option = said.substr(0, said.find(": "));
    if (const auto value = between(said, ": Value ", " not in range ")) {
        const auto low = between(said, " not in range ", " to ");
        const std::string_view high = std::string_view(said).substr(said.rfind(" to ") + 4);
        return fmt::format("{} {}: expected {} from {} to {}", option, *value, number_word(app, option),
                           low.value_or(""), high);
    }
    if (const auto list = between(said, " not in {", "}"))
        return expected_words(option, between(said, ": ", " not in {").value_or(""), *list);
    if (const auto name = between(said, "Could not convert: ", " = "))
        return fmt::format("{} {}: expected {}", *name, between(said, " = ", "").value_or(""),
                           number_word(app, *name));
    if (said.find(" required ") != std::string::npos && said.ends_with(" missing"))
        return fmt::format("{}: expected a value after it", option);
    if (const auto name = between(said, "", " is required"); name && said.ends_with(" is required"))
        return fmt::format("{} is missing", *name);
    if (const auto other = between(said, " requires ", ""))
        return fmt::format("{}: it works only together with {}", said.substr(0, said.find(' ')), *other);
    if (const auto other = between(said, " excludes ", ""))
        return fmt::format("{} and {}: give only one of them", said.substr(0, said.find(' ')), *other);
    return {};
}

// The variable in place of the option whose value it gave: Kubernetes sets ASSAY_PORT for a Service named assay, and
// nobody typed --port.
std::string by_its_variable(const CLI::App& app, const std::string& text, int argc, char** argv) {
    const std::string name = text.substr(0, text.find_first_of(" :"));
    const CLI::Option* o = name.starts_with("--") ? app.get_option_no_throw(name) : nullptr;
    if (o == nullptr || o->get_envname().empty() || std::getenv(o->get_envname().c_str()) == nullptr) return text;
    const bool typed = std::any_of(argv, argv + argc, [&](const char* word) {
        return std::string_view(word) == name || std::string_view(word).starts_with(name + "=");
    });
    return typed ? text : o->get_envname() + text.substr(name.size());
}

}  // namespace

std::string usage_sentence(const CLI::App& app, const CLI::ParseError& e, int argc, char** argv) {
    const CLI::App& at = innermost(app);
    const std::string command = words_of(at, app);
    const std::string help = command.empty() ? "`assay help` lists the commands"
                                             : fmt::format("`assay help {}` shows its options", command);
    const std::string said = e.what();
    if (said.starts_with("A subcommand is required")) {
        std::vector<std::string> below;
        for (const CLI::App* one : at.get_subcommands(nullptr)) below.push_back(one->get_name());
        return fmt::format("assay {} is followed by {}{}", command, one_of(below),
                           did_you_mean(argv[argc - 1], below));
    }
    std::string text = by_its_variable(at, in_our_words(at, said), argc, argv);
    if (text.find("did you mean") != std::string::npos) return text;
    if (text.empty() && said.find("not expected") != std::string::npos) {
        const std::string wrong = unexpected(at, argc, argv);
        const std::string last = said.substr(said.rfind(' ') + 1);
        const std::string typed = wrong.empty() ? last : wrong;
        text = command.empty() && !typed.starts_with('-') ? fmt::format("there is no command '{}'", typed)
               : typed.starts_with('-')
                   ? fmt::format("assay{}{} has no option {}", command.empty() ? "" : " ", command, typed)
                   : fmt::format("assay {} takes no '{}' there", command, typed);
        if (const std::string near = nearest(typed, names_in(at)); !near.empty())
            return text + "; did you mean " + near + "?";
    }
    if (text.empty()) text = said;
    return text + "; " + help;
}

}  // namespace assay::harness
