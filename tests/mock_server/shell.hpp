// Lines as a person pastes them into a shell.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace assay::mock::testing {

// What they print, on both outputs.
inline std::string shown_by_shell(const std::string& lines) {
    const std::string file = ::testing::TempDir() + "assay-shell-lines-" + std::to_string(::getpid()) + ".sh";
    std::FILE* script = std::fopen(file.c_str(), "w");
    std::fputs(lines.c_str(), script);
    std::fclose(script);
    std::FILE* shell = ::popen(("sh " + file + " 2>&1").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), shell)) > 0;)
        out.append(buffer.data(), n);
    EXPECT_EQ(::pclose(shell) & 0x7f, 0) << "a signal ended the shell";
    std::remove(file.c_str());
    return out;
}

}  // namespace assay::mock::testing
