// The dialects, faults and development keys that the binary carries (generated from the files at build time).
#pragma once

#include <span>

#include "data/file_tree.hpp"

namespace assay::mock {

// Named "dialects/strict.yaml", "pages/style.css" …
[[nodiscard]] std::span<const embedded_file> embedded_files();

}  // namespace assay::mock
