// Length of files and functions, unused files, and words that must not occur.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "data/text.hpp"
#include "tests/tidy/rules.hpp"

namespace assay::tidy {
namespace {

constexpr int max_file_lines = 400;
constexpr int max_function_lines = 60;

enum class scope { space, type, function, other };

// `head` is the code between the previous ; { or } and a brace.
scope scope_of(std::string_view head, scope outer) {
    // clang-format puts a space before the brace of a body and none before that of a value.
    const bool value = !head.empty() && std::isspace(static_cast<unsigned char>(head.back())) == 0;
    head = trimmed(head, " \t\n");
    if (value || head.ends_with('=')) return scope::other;
    while (head.starts_with('#')) {
        const std::size_t end = head.find('\n');
        head = end == std::string_view::npos ? std::string_view{} : trimmed(head.substr(end), " \t\n");
    }
    if (outer == scope::function || outer == scope::other) return scope::other;
    if (head.starts_with("namespace") || head.starts_with("extern")) return scope::space;
    const bool call = head.find('(') != std::string_view::npos;
    constexpr std::array<std::string_view, 4> types{"struct ", "class ", "union ", "enum "};
    const bool type = std::any_of(types.begin(), types.end(), [&](std::string_view t) {
        return head.starts_with(t) || head.find("> " + std::string(t)) != std::string_view::npos;
    });
    if (type && !call) return scope::type;
    return call ? scope::function : scope::other;
}

struct open_brace {
    scope kind;
    std::size_t head;  // offset where its head begins
};

void long_functions(const source_file& file, findings& found) {
    const std::string code = code_of(file.text);
    std::vector<open_brace> stack;
    std::size_t head = 0;
    for (std::size_t at = 0; at < code.size(); ++at) {
        const char c = code[at];
        if (c == '{') {
            const std::string_view text = std::string_view(code).substr(head, at - head);
            const scope outer = stack.empty() ? scope::space : stack.back().kind;
            const std::size_t first = text.find_first_not_of(" \t\n");
            stack.push_back({scope_of(text, outer), head + (first == std::string_view::npos ? 0 : first)});
        } else if (c == '}' && !stack.empty()) {
            const open_brace open = stack.back();
            stack.pop_back();
            const int lines = line_at(code, at) - line_at(code, open.head) + 1;
            if (open.kind == scope::function && lines > max_function_lines) {
                found.push_back({file.path, line_at(code, open.head),
                                 "a function of " + std::to_string(lines) + " lines; split it (at most " +
                                     std::to_string(max_function_lines) + ")"});
            }
        }
        if (c == '{' || c == '}' || c == ';') head = at + 1;
    }
}

std::string folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string{} : std::string(path.substr(0, slash));
}

bool names(std::string_view list, std::string_view file) {
    for (std::size_t at = list.find(file); at != std::string_view::npos; at = list.find(file, at + 1)) {
        const bool starts = at == 0 || std::string_view(" \n\t(/").find(list[at - 1]) != std::string_view::npos;
        const std::size_t end = at + file.size();
        const bool ends = end == list.size() || std::string_view(" \n\t)").find(list[end]) != std::string_view::npos;
        if (starts && ends) return true;
    }
    return false;
}

// By its name, or with all files of its folder: file(GLOB … verbs/*.cpp).
bool listed(const tree& files, std::string_view path) {
    const std::string all = folder_of(path) + "/*.cpp";
    for (std::string folder = folder_of(path);; folder = folder_of(folder)) {
        const source_file* list = find(files, folder.empty() ? "CMakeLists.txt" : folder + "/CMakeLists.txt");
        const std::size_t below = folder.empty() ? 0 : folder.size() + 1;
        if (list != nullptr && names(list->text, path.substr(below))) return true;
        if (list != nullptr && below < all.size() && names(list->text, std::string_view(all).substr(below)))
            return true;
        if (folder.empty()) return false;
    }
}

bool word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

// `word` without a word character before it, and without one after it if it ends in a letter.
std::size_t find_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool before = at == 0 || (!word_character(text[at - 1]) && text[at - 1] != '.');
        const bool after = !word_character(word.back()) || end == text.size() || !word_character(text[end]);
        if (before && after) return at;
    }
    return std::string_view::npos;
}

}  // namespace

findings check_file_length(const tree& files) {
    findings found;
    for (const source_file& file : files) {
        const auto lines = static_cast<int>(lines_of(file.text).size());
        if (is_cpp(file) && lines > max_file_lines) {
            found.push_back(
                {file.path, 0,
                 std::to_string(lines) + " lines; split it (at most " + std::to_string(max_file_lines) + ")"});
        }
    }
    return found;
}

findings check_function_length(const tree& files) {
    findings found;
    for (const source_file& file : files) {
        if (is_cpp(file)) long_functions(file, found);
    }
    return found;
}

findings check_dead_files(const tree& files) {
    findings found;
    for (const source_file& file : files) {
        if (!is_cpp(file)) continue;
        if (file.path.ends_with(".cpp") && !listed(files, file.path)) {
            found.push_back({file.path, 0, "no CMakeLists.txt lists it; add it to its room or delete it"});
        }
        if (!file.path.ends_with(".hpp")) continue;
        const std::string line = "#include \"" + file.path + "\"";
        const bool used = std::any_of(files.begin(), files.end(), [&](const source_file& other) {
            return is_cpp(other) && other.path != file.path && other.text.find(line) != std::string::npos;
        });
        if (!used) found.push_back({file.path, 0, "nobody includes it; delete it"});
    }
    return found;
}

findings check_words(const tree& files) {
    // Composed of halves; otherwise this file itself would be a finding.
    static const std::vector<std::string> banned{std::string("TO") + "DO",   std::string("FIX") + "ME",
                                                 std::string("XX") + "X",    std::string("/wo") + "rk/",
                                                 std::string("/ro") + "ot/", std::string("/tmp/as") + "say",
                                                 std::string("Temp") + "Dir"};
    findings found;
    for (const source_file& file : files) {
        for (const std::string& word : banned) {
            const std::size_t at = find_word(file.text, word);
            if (at == std::string::npos) continue;
            found.push_back({file.path, line_at(file.text, at),
                             word + " must not occur: finish it, file an issue, or write a path that holds anywhere; "
                                    "a test takes a tests::folder"});
        }
    }
    return found;
}

}  // namespace assay::tidy
