// A run with every verdict, difficult characters, secrets and an answer of 64 KiB.
#pragma once

#include <array>
#include <string_view>

#include "reports/result.hpp"

namespace assay::tests {

// None of these may be in any report.
inline constexpr std::array<std::string_view, 8> secrets{"at_0f9c2b7d61",
                                                         "rt_77aa41c09e",
                                                         "ac_5d3e8f1b20",
                                                         "hunter2-hunter2",
                                                         "ver1fier-ver1fier-ver1fier-ver1fier-ver1f",
                                                         "Y2xpZW50OmNsaWVudC1zZWNyZXQ",
                                                         "eyJhbGciOiJSUzI1NiJ9",
                                                         "c00kie-value"};

[[nodiscard]] reports::run sample_run();

}  // namespace assay::tests
