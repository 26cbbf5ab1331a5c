// A mistake in the server file gives one message that names it, and not a list of failed checks.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"

namespace assay::cli_tests {
namespace {

struct server_yaml {
    std::string issuer;
    std::string client_id = "web";
    std::string client_secret = "web-secret-1";
    std::string redirect_uri = "http://localhost:8765/callback";
    std::string scope = "openid email";
};

void write_file(const folder& at, const server_yaml& s) {
    write(at / "server.yaml", fmt::format(R"(issuer: {}
clients:
  confidential:
    client_id: {}
    client_secret: {}
    redirect_uris: ["{}"]
    scope: {}
sign_in: {{ user: ada }}
)",
                                          s.issuer, s.client_id, s.client_secret, s.redirect_uri, s.scope));
}

// A strict server with the client that a correct file names.
class precondition : public testing::Test {
protected:
    server_yaml right() const {
        server_yaml s;
        s.issuer = server_.issuer();
        return s;
    }
    ended run_with(const server_yaml& s) {
        write_file(at_, s);
        return assay(at_, "run --server server.yaml --select AS-CODE,AS-PKCE,AS-TOK");
    }
    // Every row is an error with the same cause; the console reports it once, with its place.
    void is_one_message(const server_yaml& s, const std::string& key, int line) {
        const ended ran = run_with(s);
        EXPECT_EQ(ran.code, 3) << ran.out << ran.err;
        const json::value document = results(at_);
        const json::value* rows = document.find("rows");
        ASSERT_TRUE(rows != nullptr && rows->as_array() != nullptr && rows->as_array()->size() > 20U);
        const std::string cause(rows->as_array()->front().string_at("cause"));
        for (const json::value& row : *rows->as_array()) {
            if (row.string_at("verdict") == "skip") continue;
            EXPECT_EQ(row.string_at("verdict"), "error") << row.string_at("check");
            EXPECT_EQ(row.string_at("cause"), cause);
        }
        EXPECT_NE(cause.find("mend `" + key + "`"), std::string::npos) << cause;
        EXPECT_NE(cause.find(fmt::format("server.yaml:{}:", line)), std::string::npos) << cause;
        EXPECT_EQ(count(ran.out, "precondition of the run"), 1U) << ran.out;
    }

private:
    static std::size_t count(const std::string& text, const std::string& word) {
        std::size_t n = 0;
        for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
        return n;
    }

    folder at_;
    server_beside server_{at_, "--dialect strict --client web:web-secret-1=http://localhost:8765/callback"};
};

TEST_F(precondition, holds_with_a_right_file) {
    const ended ran = run_with(right());
    EXPECT_NE(ran.code, 3) << ran.out << ran.err;
    EXPECT_EQ(ran.out.find("precondition"), std::string::npos) << ran.out;
}

TEST_F(precondition, names_a_wrong_secret) {
    server_yaml s = right();
    s.client_secret = "not-this";
    is_one_message(s, "clients.confidential.client_secret", 5);
}

TEST_F(precondition, names_a_wrong_client_id) {
    server_yaml s = right();
    s.client_id = "nobody";
    is_one_message(s, "clients.confidential.client_id", 4);
}

TEST_F(precondition, names_a_wrong_redirect_uri) {
    server_yaml s = right();
    s.redirect_uri = "http://localhost:8765/elsewhere";
    is_one_message(s, "clients.confidential.redirect_uris", 6);
}

TEST_F(precondition, names_a_wrong_scope) {
    server_yaml s = right();
    s.scope = "openid no-such-scope";
    is_one_message(s, "clients.confidential.scope", 7);
}

TEST_F(precondition, names_an_issuer_without_metadata) {
    server_yaml s = right();
    s.issuer += "/nowhere";
    const ended ran = run_with(s);
    EXPECT_EQ(ran.code, 3) << ran.out << ran.err;
    EXPECT_NE(ran.out.find("no metadata at the issuer"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("server.yaml:1:"), std::string::npos) << ran.out;
}

TEST_F(precondition, names_a_server_that_does_not_answer) {
    server_yaml s = right();
    s.issuer = "http://127.0.0.1:9";
    const ended ran = run_with(s);
    EXPECT_EQ(ran.code, 3) << ran.out << ran.err;
    EXPECT_NE(ran.out.find("cannot be reached"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace assay::cli_tests
