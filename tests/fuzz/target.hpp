// The frame of a libFuzzer target: one call per input; a violated condition ends the process, with a reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace assay::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

inline void must(bool holds, const std::string& what) {
    if (holds) return;
    std::fputs(("does not hold: " + what + "\n").c_str(), stderr);
    std::abort();
}

}  // namespace assay::fuzz
