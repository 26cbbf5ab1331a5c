// A client that crashes, never becomes ready or answers nonsense affects only its own verdicts.
#include <algorithm>

#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

// A client that is a shell script, next to our own client, which must not be affected.
ended run_beside_ours(const folder& at, const std::string& script) {
    write(at / "mine/client.yaml",
          "name: mine\nlibrary: a script\nlanguage: shell\ncommand: [sh, app.sh]\nready_s: 1\n"
          "configurations: [{ name: confidential, token_endpoint_auth_method: client_secret_basic }]\n"
          "capabilities: [state]\n");
    write(at / "mine/app.sh", script);
    return assay(at, "run --client ./mine --client assay-rp --select RP-CB-01");
}

void expect_only_mine_is_lost(const folder& at, const ended& e, const std::string& sentence) {
    EXPECT_EQ(e.code, 3) << e.out << e.err;
    EXPECT_NE(e.out.find(sentence), std::string::npos) << e.out;
    const json::value result = results(at);
    const auto all = verdicts(result, "RP-CB-01");
    EXPECT_EQ(std::count(all.begin(), all.end(), "error"), 1);
    EXPECT_EQ(std::count(all.begin(), all.end(), "pass"), 3) << "our own client's three configurations";
}

TEST(client_trouble, one_that_dies_at_once) {
    const folder at;
    expect_only_mine_is_lost(at, run_beside_ours(at, "echo cannot find my module >&2; exit 7\n"),
                             "cannot find my module");
}

TEST(client_trouble, one_that_is_never_ready) {
    const folder at;
    expect_only_mine_is_lost(at, run_beside_ours(at, "exec sleep 60\n"), "did not print its ready line within 1 s");
}

TEST(client_trouble, one_that_prints_something_else) {
    const folder at;
    expect_only_mine_is_lost(at, run_beside_ours(at, "echo Listening on port 3000; exec sleep 60\n"),
                             "Listening on port 3000");
}

TEST(client_trouble, one_that_is_ready_and_then_answers_nothing) {
    const folder at;
    const std::string ready = R"(echo '{"assay_adapter":1,"url":"http://127.0.0.1:1","library":"x","version":"1"}')";
    expect_only_mine_is_lost(at, run_beside_ours(at, ready + "\nexec sleep 60\n"), "does not answer POST /assay/rp");
}

// A small adapter in Python that fails at the sign-in, in the middle of the run. Only its own rows of the matrix may
// be affected.
void expect_the_matrix_ends(const std::string& trouble, const std::string& sentence) {
    const folder at;
    write(at / "mine/client.yaml",
          "name: mine\nlibrary: a script\nlanguage: Python\ncommand: [python3, app.py]\n"
          "configurations: [{ name: confidential, token_endpoint_auth_method: client_secret_basic }]\n"
          "capabilities: [state, pkce]\n");
    write(at / "mine/app.py",
          "import http.server, json, os, signal, sys, threading, time\n"
          "class Doors(http.server.BaseHTTPRequestHandler):\n"
          "    protocol_version = 'HTTP/1.1'\n"
          "    def log_message(self, *_): pass\n"
          "    def say(self, status, text):\n"
          "        self.send_response(status)\n"
          "        self.send_header('Content-Length', str(len(text)))\n"
          "        self.end_headers()\n"
          "        self.wfile.write(text.encode())\n"
          "    def do_POST(self):\n"
          "        self.rfile.read(int(self.headers['Content-Length']))\n"
          "        self.say(201, json.dumps({'id': '1', 'redirect_uri': url + '/rp/1/callback'}))\n"
          "    def do_DELETE(self): self.say(200, '')\n"
          "    def do_GET(self):\n"
          "        " +
              trouble +
              "\n"
              "server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Doors)\n"
              "url = 'http://127.0.0.1:%d' % server.server_port\n"
              "print(json.dumps({'assay_adapter': 1, 'url': url, 'library': 'x', 'version': '1'}), flush=True)\n"
              "server.serve_forever()\n");
    const ended e =
        assay(at, "matrix --client ./mine --client assay-rp --select RP-CB-01,RP-TRES-01 --deadline 1 --out " +
                      (at / "out").string());
    EXPECT_EQ(e.code, 3) << e.out << e.err;
    EXPECT_NE(text_of(at / "out/result.json").find(sentence), std::string::npos) << e.out;
    const json::value result = results(at);
    for (const char* check : {"RP-CB-01", "RP-TRES-01"}) {
        const auto all = verdicts(result, check);
        EXPECT_EQ(std::count(all.begin(), all.end(), "error"), 1) << check;
        EXPECT_EQ(std::count(all.begin(), all.end(), "pass"), 3) << "our own client's three configurations";
    }
}

TEST(client_trouble, one_that_is_killed_in_the_middle_of_a_matrix) {
    expect_the_matrix_ends("os.kill(os.getpid(), signal.SIGKILL)", "was killed by signal 9");
}

TEST(client_trouble, one_that_stops_answering_in_the_middle_of_a_matrix) {
    expect_the_matrix_ends("threading.Event().wait()", "the client did not answer in time");
}

TEST(client_trouble, one_that_answers_rubbish_in_the_middle_of_a_matrix) {
    expect_the_matrix_ends("self.say(200, '<p>Welcome')", "the client answered with status 200 and no outcome");
}

// RP-CAUTH-04 has no fault: a client that never signs in has not failed it.
TEST(client_trouble, one_that_never_signs_in_is_judged_by_no_check) {
    const folder at;
    write(at / "mine/client.yaml",
          "name: mine\nlibrary: none\nlanguage: Python\ncommand: [python3, app.py, \"${port}\"]\n"
          "application: { sign_in: /, redirect_uri: /callback, success: { text: Hello } }\n"
          "configurations: [{ name: confidential, token_endpoint_auth_method: client_secret_basic }]\n"
          "capabilities: [single_issuer, state]\n");
    write(at / "mine/app.py",
          "import http.server, sys\n"
          "class Doors(http.server.BaseHTTPRequestHandler):\n"
          "    def do_GET(self):\n"
          "        self.send_response(404)\n"
          "        self.end_headers()\n"
          "http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Doors).serve_forever()\n");
    const ended e = assay(at, "run --client ./mine --select RP-CAUTH-04,RP-CB-01");
    EXPECT_EQ(e.code, 3) << e.out << e.err;
    EXPECT_NE(e.out.find("precondition: the control run failed: 1 sign_in without any fault"), std::string::npos)
        << e.out;
    for (const char* check : {"RP-CAUTH-04", "RP-CB-01"})
        EXPECT_EQ(verdicts(results(at), check), std::vector<std::string>{"error"}) << check;
}

TEST(client_trouble, a_matrix_run_twice_says_the_same) {
    const folder at;
    const ended e =
        assay(at, "matrix --client assay-rp --select RP-CB-01 --repeat 2 --score --out " + (at / "out").string());
    EXPECT_EQ(e.code, 0) << e.out << e.err;
    EXPECT_NE(e.out.find("Every run gave the same verdicts."), std::string::npos) << e.out;
    EXPECT_NE(e.out.find("100 %"), std::string::npos) << e.out;
    EXPECT_TRUE(fs::exists(at / "out/survivors.sarif"));
}

}  // namespace
}  // namespace assay::cli_tests
