// The dialects, faults and development keys that the binary carries (generated from the files at build time).
#pragma once

#include <span>
#include <string_view>

namespace assay::mock {

struct embedded_file {
    std::string_view name;  // "dialects/strict.yaml"
    std::string_view text;
};
[[nodiscard]] std::span<const embedded_file> embedded_files();

}  // namespace assay::mock
