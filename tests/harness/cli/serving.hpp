// `assay serve` beside a test.
#pragma once

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {

// `assay serve` while the test runs. `variables`: "A=b".
class server_beside {
public:
    server_beside(const folder& at, const std::string& arguments, const std::string& errors = "serve.err",
                  const std::string& variables = "")
        : errors_(at / errors) {
        // The shell prints its process id before it is replaced by the program. Without --foreground, timeout sends
        // SIGCONT after SIGTERM, which can undo the stop that LeakSanitizer waits for when the program ends.
        const std::string line =
            fmt::format("echo $$; cd {}; exec env {} timeout --foreground 200 {} serve --port 0 {} 2>{}", at.name(),
                        variables, ASSAY_PROGRAM, arguments, errors_.string());
        out_ = ::popen(line.c_str(), "r");
        if (out_ == nullptr || std::fscanf(out_, "%d\n", &pid_) != 1) return;
        std::string text(4096, '\0');
        if (std::fgets(text.data(), static_cast<int>(text.size()), out_) == nullptr) return;
        ready = json::parse(text.substr(0, text.find('\n'))).value_or(json::value());
    }
    ~server_beside() {
        if (pid_ > 0) ::kill(pid_, SIGTERM);
        if (out_ != nullptr) ::pclose(out_);
    }
    server_beside(const server_beside&) = delete;
    server_beside& operator=(const server_beside&) = delete;

    [[nodiscard]] std::string issuer() const { return std::string(ready.string_at("issuer")); }
    [[nodiscard]] std::string printed() const { return text_of(errors_); }
    // The process of the program itself: the one that `timeout` has started.
    [[nodiscard]] int program() const {
        return std::atoi(text_of(fmt::format("/proc/{0}/task/{0}/children", pid_)).c_str());
    }
    json::value ready;

private:
    fs::path errors_;
    std::FILE* out_ = nullptr;
    int pid_ = 0;
};

}  // namespace assay::cli_tests
