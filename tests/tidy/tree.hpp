// The source tree as values, so that every rule is a function that also runs on a sample tree. Thread-safe: plain
// values.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace assay::tidy {

struct source_file {
    std::string path;  // from the repository root, with '/'
    std::string text;
};

using tree = std::vector<source_file>;

struct finding {
    std::string path;
    int line = 0;  // from 1; 0 is the whole file
    std::string what;

    friend std::ostream& operator<<(std::ostream& out, const finding& f) {
        return out << f.path << ':' << f.line << ": " << f.what;
    }
};

// Every text file of the repository below `root`: no build output, no installed packages, no lock files.
[[nodiscard]] tree read_tree(const std::string& root);

// The file at `path`, or nullptr.
[[nodiscard]] const source_file* find(const tree& files, std::string_view path);

[[nodiscard]] bool is_cpp(const source_file& file);  // our .cpp and .hpp files, without peers of the benchmarks

// C++ text with comments and literals replaced by spaces; every line and column stays in place.
[[nodiscard]] std::string code_of(std::string_view text);

[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
struct include {
    int line;
    std::string header;
    bool ours;  // "…", not <…>
};
[[nodiscard]] std::vector<include> includes_of(const source_file& file);
[[nodiscard]] int line_at(std::string_view text, std::size_t offset);

}  // namespace assay::tidy
