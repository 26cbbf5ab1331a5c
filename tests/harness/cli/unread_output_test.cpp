// Output into a pipe that is full and that nobody reads: nothing is held by it for long, and nothing else is lost.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>

#include <fcntl.h>

#include "http/client.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/silent_port.hpp"
#include "tests/support/waiting.hpp"

namespace assay::cli_tests {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

class full_pipe {
public:
    full_pipe() {
        EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0);
        ::fcntl(ends_[1], F_SETFL, O_NONBLOCK);
        const std::string some(4096, 'x');
        while (::write(ends_[1], some.data(), some.size()) > 0) filled_ += some.size();
        ::fcntl(ends_[1], F_SETFL, 0);
    }
    ~full_pipe() {
        ::close(ends_[0]);
        close_writing_end();
    }
    full_pipe(const full_pipe&) = delete;
    full_pipe& operator=(const full_pipe&) = delete;

    [[nodiscard]] int writing_end() const { return ends_[1]; }
    void close_writing_end() {
        if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
    }
    // Reads until all writers have closed it; what it was filled with is left out.
    [[nodiscard]] std::string read_all() {
        close_writing_end();
        std::string out;
        char some[4096];
        for (ssize_t n = ::read(ends_[0], some, sizeof some); n > 0; n = ::read(ends_[0], some, sizeof some))
            out.append(some, static_cast<std::size_t>(n));
        return out.substr(std::min(filled_, out.size()));
    }

private:
    int ends_[2] = {-1, -1};
    std::size_t filled_ = 0;
};

// The program in the folder `at`; negative descriptors: the files stdout and stderr there.
class program_into {
public:
    program_into(const folder& at, const std::string& arguments, int out, int err) {
        const std::string line = "cd " + at.name() + " && exec env NO_COLOR=1 " + bounded + ASSAY_PROGRAM + " " +
                                 arguments + " </dev/null" + (out < 0 ? " >stdout" : "") +
                                 (err < 0 ? " 2>stderr" : "");
        pid_ = ::fork();
        if (pid_ != 0) return;
        if (out >= 0) ::dup2(out, STDOUT_FILENO);
        if (err >= 0) ::dup2(err, STDERR_FILENO);
        ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
        ::_exit(127);
    }
    ~program_into() {
        if (pid_ > 0) ended_after(SIGKILL);
    }
    program_into(const program_into&) = delete;
    program_into& operator=(const program_into&) = delete;

    void send(int signal) const { ::kill(pid_, signal); }
    // Its exit code; 0 sends no signal.
    int ended_after(int signal) {
        if (signal != 0) send(signal);
        int status = 0;
        ::waitpid(std::exchange(pid_, 0), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    pid_t pid_ = 0;
};

constexpr const char* failing =
    "run --verbose --select AS-PKCE-02 --fault defect:token.code_verifier_matches --out out";

struct unread_command {
    const char* arguments;
    int code;
    const char* report;
};
class unread_output_of : public testing::TestWithParam<unread_command> {};

TEST_P(unread_output_of, neither_stream_holds_the_end_for_long) {
    const folder at;
    const full_pipe out, err;
    program_into program(at, GetParam().arguments, out.writing_end(), err.writing_end());
    EXPECT_EQ(program.ended_after(0), GetParam().code);
    EXPECT_TRUE(fs::exists(at / GetParam().report));
}

INSTANTIATE_TEST_SUITE_P(
    commands, unread_output_of,
    testing::Values(unread_command{failing, 1, "out/result.json"}, unread_command{"run --nonsense", 2, "."},
                    unread_command{"matrix --client assay-rp --select RP-CB-01 --out out", 0, "out/result.json"},
                    unread_command{"load --flow request --path / --users 1 --for 300ms --out out", 0,
                                   "out/load.json"}));

TEST(unread_output, that_is_lost_is_told_on_the_other_stream) {
    const folder at;
    const full_pipe out;
    program_into program(at, failing, out.writing_end(), -1);
    EXPECT_EQ(program.ended_after(0), 1);
    EXPECT_NE(text_of(at / "stderr").find("assay: nobody read the output; the rest of it is lost\n"),
              std::string::npos)
        << text_of(at / "stderr");
}

TEST(unread_output, reaches_a_reader_who_comes_late) {
    const folder at;
    full_pipe both;
    program_into program(at, failing, both.writing_end(), both.writing_end());
    EXPECT_TRUE(tests::came("the reports", [&] { return fs::exists(at / "out/report.html"); }));
    const std::string said = both.read_all();
    EXPECT_EQ(program.ended_after(0), 1);
    EXPECT_NE(said.find("FAIL   AS-PKCE-02"), std::string::npos) << said;
    EXPECT_NE(said.find("\nReports: out/result.json"), std::string::npos) << said;
}

TEST(unread_output, does_not_keep_a_signal_from_ending_a_run) {
    const silent_port server;
    const folder at;
    const full_pipe out, err;
    program_into program(at,
                         "run --select AS-DISC,AS-PKCE --server http://127.0.0.1:" + server.number() + " --out out",
                         out.writing_end(), err.writing_end());
    ASSERT_TRUE(server.has_caller());
    const auto began = steady_clock::now();
    EXPECT_EQ(program.ended_after(SIGTERM), 130);
    EXPECT_LT(steady_clock::now() - began, seconds(5));  // two seconds on a machine that has time
    EXPECT_TRUE(fs::exists(at / "out/result.json"));
}

int dropped_lines(http::client& c, const std::string& control) {
    http::call asked;
    asked.origin = control;
    asked.r.target = "/metrics";
    const auto got = c.send(asked);
    if (!got) return -1;
    const std::string label = "\nassay_log_lines_dropped_total ";
    const std::size_t value = got->received.body.find(label);
    return value == std::string::npos ? -1 : std::stoi(got->received.body.substr(value + label.size()));
}

TEST(unread_output, of_the_log_does_not_hold_a_server_and_what_is_dropped_is_counted) {
    const folder at;
    const full_pipe out;
    full_pipe err;
    program_into program(at, "serve --port 0 --control 0 --log text --ready-file ready", out.writing_end(),
                         err.writing_end());
    ASSERT_TRUE(tests::came("the ready line", [&] { return fs::exists(at / "ready"); }));
    const auto ready = json::parse(text_of(at / "ready"));
    ASSERT_TRUE(ready);
    http::client c;
    http::call asked;
    asked.origin = std::string(ready->string_at("origin"));
    asked.r.target = "/v1/oauth2/token";
    int answered = 0;
    EXPECT_TRUE(tests::came("a dropped line", [&] {
        for (int n = 0; n < 200; ++n) answered += c.send(asked).has_value() ? 1 : 0;
        return dropped_lines(c, std::string(ready->string_at("control"))) > 0;
    }));
    EXPECT_GT(answered, 500) << "what waits for a reader is 256 KiB";
    err.close_writing_end();
    program.send(SIGTERM);
    const std::string said = err.read_all();
    EXPECT_EQ(program.ended_after(0), 0);
    EXPECT_NE(said.find(" messages were dropped here, as nobody read those before them\n"), std::string::npos);
}

TEST(unread_output, does_not_keep_a_signal_from_ending_a_server) {
    const folder at;
    const full_pipe out, err;
    program_into program(at, "serve --port 0 --log text --ready-file ready", out.writing_end(), err.writing_end());
    ASSERT_TRUE(tests::came("the ready line", [&] { return fs::exists(at / "ready"); }));
    const auto began = steady_clock::now();
    EXPECT_EQ(program.ended_after(SIGTERM), 0);
    EXPECT_LT(steady_clock::now() - began, seconds(5));
}

}  // namespace
}  // namespace assay::cli_tests
