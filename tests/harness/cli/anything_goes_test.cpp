// A foreign server with deliberate mistakes: it must fail the checks about these mistakes, and no others.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <set>
#include <string>

#include <fmt/format.h>

#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

// Runs tests/harness/cli/anything_goes.py during the test; it prints its port.
class foreign_server {
public:
    foreign_server() {
        out_ = ::popen("exec timeout 200 python3 " ASSAY_SOURCE_DIR "/tests/harness/cli/anything_goes.py", "r");
        if (out_ != nullptr && std::fscanf(out_, "%d %d", &port_, &pid_) == 2) return;
        ADD_FAILURE() << "waited in vain for the port of "
                      << "anything_goes.py";
    }
    ~foreign_server() {
        if (pid_ > 0) ::kill(pid_, SIGKILL);
        if (out_ != nullptr) ::pclose(out_);
    }
    foreign_server(const foreign_server&) = delete;
    foreign_server& operator=(const foreign_server&) = delete;
    [[nodiscard]] int port() const { return port_; }

private:
    std::FILE* out_ = nullptr;
    int port_ = 0;
    int pid_ = 0;
};

std::string server_file(int port) {
    const std::string uris = R"(redirect_uris: ["http://127.0.0.1:1/cb", "http://127.0.0.1:1/other"])";
    return fmt::format(R"(issuer: http://127.0.0.1:{0}
destructive: true
clients:
  confidential: {{ client_id: web, client_secret: web-secret, {1} }}
  post: {{ client_id: form, client_secret: form-secret, {1} }}
  second: {{ client_id: other, client_secret: other-secret, {1} }}
  public: {{ client_id: app, {1} }}
)",
                       port, uris);
}

TEST(foreign_server, that_takes_anything_fails_what_it_should_and_nothing_else) {
    const foreign_server server;
    ASSERT_GT(server.port(), 0) << "python3 did not start it";
    const folder at;
    write(at / "server.yaml", server_file(server.port()));
    const auto ran = assay(
        at, "run --server server.yaml --select AS-REDIR,AS-CODE,AS-TOK,AS-TRES,AS-ERR,AS-PKCE,AS-AUTHZ,AS-DISC");
    EXPECT_EQ(ran.code, 1) << ran.out << ran.err;
    std::set<std::string> failed;
    std::size_t passed = 0;
    const json::value document = results(at);
    for (const json::value& row : *document.find("rows")->as_array()) {
        const auto verdict = row.string_at("verdict");
        EXPECT_NE(verdict, "error") << row.string_at("check") << ": " << row.string_at("reason");
        EXPECT_TRUE(verdict != "skip" || !row.string_at("reason").empty()) << row.string_at("check");
        if (verdict == "fail" || verdict == "warn") failed.emplace(row.string_at("check"));
        passed += verdict == "pass" ? 1 : 0;
    }
    const std::set<std::string> any_redirect_uri{"AS-REDIR-01", "AS-REDIR-02", "AS-REDIR-04",
                                                 "AS-REDIR-12", "AS-REDIR-17", "AS-REDIR-18",
                                                 "AS-REDIR-19", "AS-CODE-08",  "AS-CODE-09"};
    const std::set<std::string> any_code{"AS-CODE-01", "AS-CODE-05", "AS-CODE-06", "AS-CODE-11"};
    const std::set<std::string> any_verifier{"AS-PKCE-02", "AS-PKCE-03", "AS-PKCE-04", "AS-PKCE-14", "AS-PKCE-19"};
    // It accepts these requests, so they cannot be refused with the right status and code.
    const std::set<std::string> no_refusal{"AS-ERR-01", "AS-ERR-12"};
    std::set<std::string> expected;
    for (const auto* some : {&any_redirect_uri, &any_code, &any_verifier, &no_refusal})
        expected.insert(some->begin(), some->end());
    EXPECT_EQ(failed, expected);
    EXPECT_GE(passed, 30U);
}

}  // namespace
}  // namespace assay::cli_tests
