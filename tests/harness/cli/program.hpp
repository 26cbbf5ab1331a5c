// The assay program as a user starts it, and temporary folders to start it in.
#pragma once

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/json.hpp"
#include "tests/support/folder.hpp"

namespace assay::cli_tests {

namespace fs = std::filesystem;

using tests::folder;
using tests::text_of;
using tests::write;

struct ended {
    int code = -1;  // exit code, or 128 + signal
    std::string out;
    std::string err;
};

// Kills every program of a test after this time; forwards signals that the test sends.
inline constexpr const char* bounded = "timeout --foreground -s KILL 120 ";

// For a test run that is itself in CI, where the program prints more.
inline constexpr const char* no_service = "env -u GITHUB_ACTIONS -u GITLAB_CI ";

// The exit code of a wait status, or 128 + signal; a test failure that names `awaited` if the time limit was reached.
inline int exit_code(int status, const std::string& awaited) {
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (code == 128 + SIGKILL) ADD_FAILURE() << "waited 120 s in vain for " << awaited;
    return code;
}

// `arguments` as typed. Reports go below `at` unless the arguments say otherwise. `program`: a copy of it elsewhere.
inline ended assay(const folder& at, const std::string& arguments, const std::string& program = ASSAY_PROGRAM) {
    const std::string where = arguments.find("--out") == std::string::npos && arguments.starts_with("run")
                                  ? " --out " + (at / "out").string()
                                  : "";
    const std::string line = "cd " + at.name() + " && NO_COLOR=1 " + no_service + bounded + program + " " +
                             arguments + where + " >" + (at / "stdout").string() + " 2>" + (at / "stderr").string() +
                             " </dev/null";
    const int status = std::system(line.c_str());
    ended e{0, text_of(at / "stdout"), text_of(at / "stderr")};
    e.code = exit_code(status, "the end of assay " + arguments + "; it said " + e.out + e.err);
    return e;
}

// The program running beside the test: `arguments`, in the folder `at`, its output in the files stdout and stderr
// there; `before`: text before the command, such as variables. It ends with the test at the latest.
class program_beside {
public:
    program_beside(const folder& at, const std::string& before, const std::string& arguments) : at_(at) {
        const std::string line = "cd " + at.name() + " && exec " + no_service + "NO_COLOR=1 " + before + " " +
                                 bounded + ASSAY_PROGRAM + " " + arguments + " >stdout 2>stderr </dev/null";
        pid_ = ::fork();
        if (pid_ == 0) {
            ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
            ::_exit(127);
        }
    }
    ~program_beside() {
        if (pid_ > 0) end(SIGTERM);
    }
    program_beside(const program_beside&) = delete;
    program_beside& operator=(const program_beside&) = delete;

    [[nodiscard]] std::string errors() const { return text_of(at_ / "stderr"); }
    // False once it has ended.
    bool runs() {
        if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
        return pid_ > 0;
    }
    // Sends `signal`; returns its exit code once it has ended.
    int end(int signal) {
        if (pid_ > 0) {
            ::kill(pid_, signal);
            ::waitpid(std::exchange(pid_, 0), &status_, 0);
        }
        return exit_code(status_, "its end after signal " + std::to_string(signal) + "; it said " + errors());
    }

    // SIGKILL to the program, which runs as the process `program` below the one that bounds its time.
    void kill_it(pid_t program) {
        EXPECT_EQ(::kill(program, SIGKILL), 0);
        if (pid_ > 0) ::waitpid(std::exchange(pid_, 0), &status_, 0);
    }

private:
    const folder& at_;
    pid_t pid_ = 0;
    int status_ = 0;
};

inline json::value results(const folder& at) {
    auto document = json::parse(text_of(at / "out/result.json"));
    EXPECT_TRUE(document) << "no readable result.json";
    return document ? *document : json::value();
}

// The verdicts of one check for all subjects and variants.
inline std::vector<std::string> verdicts(const json::value& result, std::string_view check) {
    std::vector<std::string> out;
    const json::value* rows = result.find("rows");
    if (rows == nullptr || rows->as_array() == nullptr) return out;
    for (const json::value& row : *rows->as_array()) {
        if (row.string_at("check") == check) out.emplace_back(row.string_at("verdict"));
    }
    return out;
}

// A check that any server passes, and a minimal profile with it.
inline constexpr const char* good_check = R"(id: AS-DISC-01
title: The metadata is served
source: [OIDC Discovery §4.1]
level: must
witness: { fault: metadata_status }
steps:
  - discover:
    expect: { status: 200 }
)";

}  // namespace assay::cli_tests
