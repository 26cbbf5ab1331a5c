// A tree of text files that the program reads its data from: a folder on disk, or files compiled into the program.
// Who reads checks, profiles and clients does not see the difference. Thread-safe: it never changes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"

namespace assay {

struct embedded_file {
    std::string_view name;  // path from the root of the tree: "scenarios/profiles/polar.yaml"
    std::string_view text;
};

class file_tree {
public:
    // A folder on disk. It need not exist: then the tree holds no file.
    file_tree(std::string path);  // NOLINT(google-explicit-constructor): a path is a tree wherever one is read
    file_tree(const char* path) : file_tree(std::string(path)) {}  // NOLINT(google-explicit-constructor)
    // Files in the program; `files` must outlive the tree.
    explicit file_tree(std::span<const embedded_file> files) : embedded_(true), files_(files) {}

    // Whether the files lie on disk, where another program can read them.
    [[nodiscard]] bool on_disk() const { return !embedded_; }
    // Where it is, for messages and, on disk, for other programs: "/usr/share/assay/scenarios", "scenarios in the
    // program".
    [[nodiscard]] std::string path() const;

    // `name` is a path below this tree, with '/' between its parts.
    [[nodiscard]] file_tree operator/(std::string_view name) const;
    [[nodiscard]] bool has_file(std::string_view name) const;
    // Errors: not_found; on disk also limit (4 MiB).
    [[nodiscard]] result<std::string> read(std::string_view name) const;
    // Errors: as `read`, bad_yaml. The document is named by its path; a caller may give it a shorter name.
    [[nodiscard]] result<yaml::document> read_yaml(std::string_view name) const;
    // Names of all files below, sorted, that end in `ending`. Left out are names that begin with a dot and
    // node_modules, which hold what package managers installed; links to files are read, links to folders are not
    // entered.
    [[nodiscard]] std::vector<std::string> files(std::string_view ending) const;
    // The same without the ending: the names by which a user asks for them.
    [[nodiscard]] std::vector<std::string> stems(std::string_view ending) const;
    // Names of the folders directly below that hold a file `file`, sorted.
    [[nodiscard]] std::vector<std::string> folders_with(std::string_view file) const;

private:
    [[nodiscard]] std::string prefixed(std::string_view name) const;
    [[nodiscard]] const embedded_file* find(std::string_view name) const;

    bool embedded_ = false;
    std::string path_;  // on disk: the folder; otherwise the part of the names before its files, without a slash
    std::span<const embedded_file> files_;
};

}  // namespace assay
