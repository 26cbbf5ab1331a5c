// Runs lines in a shell as typed, to their end or until a time limit.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/support/waiting.hpp"

namespace assay::tests {

struct shown {
    int code = -1;     // exit code, or 128 + signal
    std::string text;  // both outputs
};

// `text` as one word of a shell.
inline std::string shell_word(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// Runs `lines` with empty stdin. After `bound` it is a test failure that shows the lines and their output so
// far.
inline shown by_shell(const std::string& lines, std::chrono::seconds bound = patience) {
    const std::string line =
        "timeout -k 5 " + std::to_string(bound.count()) + " sh -c " + shell_word(lines) + " 2>&1 </dev/null";
    shown out;
    std::FILE* pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) return out;
    std::array<char, 4096> part{};
    for (std::size_t n = 0; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;) out.text.append(part.data(), n);
    const int status = ::pclose(pipe);
    out.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (out.code == 124 || out.code == 128 + 9)
        ADD_FAILURE() << "waited " << bound.count() << " s in vain for the end of: " << lines << "\n" << out.text;
    return out;
}

inline std::string printed_by(const std::string& lines) {
    return by_shell(lines).text;
}

}  // namespace assay::tests
