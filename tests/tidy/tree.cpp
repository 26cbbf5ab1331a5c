#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace assay::tidy {
namespace {

constexpr std::array<std::string_view, 6> foreign_folders{"build",       "out",    "node_modules",
                                                          "__pycache__", "target", "dist"};
constexpr std::array<std::string_view, 14> text_endings{".cpp", ".hpp", ".txt", ".cmake", ".yaml", ".yml", ".json",
                                                        ".md",  ".sh",  ".js",  ".mjs",   ".ts",   ".py",  ".html"};

bool belongs(const std::filesystem::path& folder) {
    const std::string name = folder.filename().string();
    if (name.starts_with('.')) return name == ".ci" || name == ".github";
    return std::find(foreign_folders.begin(), foreign_folders.end(), name) == foreign_folders.end();
}

bool is_text(const std::string& path, const std::string& name) {
    if (name.find("lock") != std::string::npos) return false;
    if (name == "Makefile" || path == ".ci/run") return true;
    return std::any_of(text_endings.begin(), text_endings.end(),
                       [&](std::string_view e) { return name.ends_with(e); });
}

std::string read_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Walks C++ text once and replaces what is not code by spaces.
class blanker {
public:
    explicit blanker(std::string_view text) : text_(text), out_(text) {}

    std::string run() {
        while (at_ < text_.size()) step();
        return std::move(out_);
    }

private:
    [[nodiscard]] bool starts(std::string_view s) const { return text_.substr(at_).starts_with(s); }

    // Replaces everything up to `end` by spaces; line ends stay.
    void blank(std::size_t end) {
        end = std::min(end, text_.size());
        for (; at_ < end; ++at_) {
            if (out_[at_] != '\n') out_[at_] = ' ';
        }
    }

    void blank_past(std::string_view closing) {
        const std::size_t end = text_.find(closing, at_);
        blank(end == std::string_view::npos ? text_.size() : end + closing.size());
    }

    void raw_string() {
        const std::size_t open = text_.find('(', at_);
        if (open == std::string_view::npos) return blank(text_.size());
        const std::string closing = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        blank_past(closing);
    }

    void quoted(char mark) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != mark && text_[end] != '\n') end += text_[end] == '\\' ? 2U : 1U;
        ++at_;
        blank(end);
        ++at_;
    }

    void step() {
        const bool in_word = at_ > 0 && (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0);
        if (starts("//")) return blank(text_.find('\n', at_));
        if (starts("/*")) return blank_past("*/");
        if (starts("R\"") && !in_word) return raw_string();
        if (starts("\"")) return quoted('"');
        // 1'000 has a digit separator, not a character literal.
        if (starts("'") && !in_word) return quoted('\'');
        ++at_;
    }

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
};

}  // namespace

tree read_tree(const std::string& root) {
    namespace fs = std::filesystem;
    tree files;
    for (fs::recursive_directory_iterator it(root), end; it != end; ++it) {
        if (it->is_directory() && !belongs(it->path())) {
            it.disable_recursion_pending();
            continue;
        }
        const std::string path = fs::relative(it->path(), root).generic_string();
        if (it->is_regular_file() && is_text(path, it->path().filename().string())) {
            files.push_back({path, read_text(it->path())});
        }
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

const source_file* find(const tree& files, std::string_view path) {
    const auto it = std::find_if(files.begin(), files.end(), [&](const source_file& f) { return f.path == path; });
    return it == files.end() ? nullptr : &*it;
}

bool is_cpp(const source_file& file) {
    if (file.path.starts_with("bench/peers/")) return false;
    return file.path.ends_with(".cpp") || file.path.ends_with(".hpp");
}

std::string code_of(std::string_view text) {
    return blanker(text).run();
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

std::vector<include> includes_of(const source_file& file) {
    std::vector<include> found;
    int number = 0;
    for (std::string_view line : lines_of(file.text)) {
        ++number;
        if (!line.starts_with("#include ")) continue;
        line.remove_prefix(9);
        const std::size_t end = line.find_first_of(">\"", 1);
        if (end != std::string_view::npos)
            found.push_back({number, std::string(line.substr(1, end - 1)), line[0] == '"'});
    }
    return found;
}

int line_at(std::string_view text, std::size_t offset) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
    return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

}  // namespace assay::tidy
