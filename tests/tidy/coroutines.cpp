// The co_await rule: g++ 12 silently miscompiles some statements with both a braced temporary and a co_await, and
// some conditions with a co_await.
#include <array>
#include <cctype>
#include <string>

#include "tests/tidy/rules.hpp"

namespace assay::tidy {
namespace {

struct statement {
    std::size_t begin = std::string::npos;
    bool awaits = false;
    bool awaits_in_parentheses = false;
    bool has_brace = false;
    int parentheses = 0;
};

bool word_at(std::string_view code, std::size_t at, std::string_view word) {
    const auto part_of_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    if (code.substr(at, word.size()) != word) return false;
    if (at > 0 && part_of_name(code[at - 1])) return false;
    return at + word.size() >= code.size() || !part_of_name(code[at + word.size()]);
}

// Walks the code once with a stack of statements: a block in a lambda has its own statements.
class co_await_rule {
public:
    co_await_rule(const source_file& file, findings& found) : file_(file), code_(code_of(file.text)), found_(found) {}

    void run() {
        for (at_ = 0; at_ < code_.size(); ++at_) step(code_[at_]);
    }

private:
    void step(char c) {
        if (current_.begin == std::string::npos && std::isspace(static_cast<unsigned char>(c)) == 0)
            current_.begin = at_;
        if (word_at(code_, at_, "co_await")) {
            current_.awaits = true;
            current_.awaits_in_parentheses |= current_.parentheses > 0;
        }
        switch (c) {
            case '(':
            case '[':
                ++current_.parentheses;
                break;
            case ')':
            case ']':
                --current_.parentheses;
                break;
            case '{':
                open();
                break;
            case '}':
                close();
                break;
            case ';':
                if (current_.parentheses <= 0) end();
                break;
            default:
                break;
        }
    }

    // clang-format puts a space before the brace of a block and none before that of a value, except after = , ( {
    // return
    [[nodiscard]] bool opens_value() const {
        if (current_.parentheses <= 0 && current_.begin == at_) return false;  // a nested scope
        if (at_ == 0 || std::isspace(static_cast<unsigned char>(code_[at_ - 1])) == 0) return true;
        const std::size_t last = code_.find_last_not_of(" \n\t", at_ - 1);
        if (last == std::string::npos) return false;
        if (std::string_view("=,({").find(code_[last]) != std::string_view::npos) return true;
        return last >= 5 && word_at(code_, last - 5, "return");
    }

    void open() {
        if (opens_value()) {
            current_.has_brace = true;
            ++current_.parentheses;
            blocks_.push_back(false);
            return;
        }
        if (current_.parentheses <= 0) {
            if (current_.awaits) report("a condition holds a co_await");
            current_ = {};
        } else {
            current_.has_brace = true;
        }
        blocks_.push_back(true);
        outer_.push_back(current_);
        current_ = {};
    }

    void close() {
        if (blocks_.empty()) return;
        const bool block = blocks_.back();
        blocks_.pop_back();
        if (!block) {
            --current_.parentheses;
            return;
        }
        current_ = outer_.back();
        outer_.pop_back();
    }

    void end() {
        if (current_.awaits && current_.has_brace) report("a statement holds a co_await and a brace");
        if (current_.awaits_in_parentheses && begins_with_condition()) report("a condition holds a co_await");
        current_ = {};
    }

    [[nodiscard]] bool begins_with_condition() const {
        constexpr std::array<std::string_view, 4> words{"if", "while", "for", "switch"};
        for (std::string_view word : words) {
            if (word_at(code_, current_.begin, word)) return true;
        }
        return false;
    }

    void report(const std::string& what) {
        found_.push_back({file_.path, line_at(code_, current_.begin),
                          what + "; await into a variable of its own first (g++ 12 miscompiles it)"});
    }

    const source_file& file_;
    std::string code_;
    findings& found_;
    std::size_t at_ = 0;
    statement current_;
    std::vector<bool> blocks_;  // true: a block, whose outer statement is on outer_
    std::vector<statement> outer_;
};

}  // namespace

findings check_co_await(const tree& files) {
    findings found;
    for (const source_file& file : files) {
        if (is_cpp(file)) co_await_rule(file, found).run();
    }
    return found;
}

}  // namespace assay::tidy
