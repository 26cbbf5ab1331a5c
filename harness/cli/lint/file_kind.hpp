// The kinds of files that a user writes, how a file is recognised, and the reader of each. Thread-safe: constant
// data.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/cli/shared/data_folder.hpp"

namespace assay::harness {

struct file_kind {
    std::string_view name;   // "client": also the name of its schema
    std::string_view title;  // "a client"
    std::string_view usual;  // the usual name of such a file, or empty
    std::string_view right;  // an embedded file of this kind without an error
    result<void> (*read)(const yaml::document& d, const catalogue& all);
};

[[nodiscard]] std::span<const file_kind> file_kinds();
// By what the first line says (yaml-language-server), the usual name, or the keys that its schema has; nullptr: it is
// none of these. `text` is that of the document.
[[nodiscard]] const file_kind* kind_of(const yaml::document& d, std::string_view text);

// Every error of the file. Errors of reading it, or of its syntax, are among them.
[[nodiscard]] std::vector<error> lint_file(const file_kind& kind, const yaml::document& d, const catalogue& all);

}  // namespace assay::harness
