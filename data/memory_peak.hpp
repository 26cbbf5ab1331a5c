// The most memory that a process held at once. Thread-safe.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace assay {

// Its resident set, in KiB (proc(5), VmHWM). `process`: its id, or "self". 0 if the system does not say.
[[nodiscard]] inline std::int64_t memory_peak_kib(const std::string& process) {
    constexpr std::string_view peak = "VmHWM:";
    std::ifstream status("/proc/" + process + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(peak)) return std::strtoll(line.c_str() + peak.size(), nullptr, 10);
    }
    return 0;
}

}  // namespace assay
