// An application without an adapter, tested through its client.yaml only.
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

const std::string client_yaml =
    "name: mine\nlibrary: none\nlanguage: Python\n"
    "command: [python3, app.py, \"${issuer}\", \"${client_id}\", \"${redirect_uri}\", \"${port}\"]\n"
    "application:\n"
    "  environment: { CLIENT_SECRET: \"${client_secret}\" }\n"
    "  sign_in: /login\n"
    "  redirect_uri: /callback\n"
    "  success: { text: Hello, cookie: who }\n"
    "configurations: [{ name: confidential, token_endpoint_auth_method: client_secret_basic }]\n"
    "capabilities: [single_issuer, discovery, state]\n";

TEST(application, is_judged_by_what_a_person_sees) {
    const folder at;
    write(at / "mine/client.yaml", client_yaml);
    write(at / "mine/app.py", text_of(fs::path(ASSAY_SOURCE_DIR) / "tests/harness/cli/careless_application.py"));
    const ended e = assay(at, "run --client ./mine --select RP-CB-01,RP-CB-13,RP-TRES-01,RP-RT-01");
    EXPECT_EQ(e.code, 1) << e.out << e.err;
    const json::value result = results(at);
    EXPECT_EQ(verdicts(result, "RP-CB-01"), std::vector<std::string>{"fail"}) << "it compares no state";
    EXPECT_EQ(verdicts(result, "RP-TRES-01"), std::vector<std::string>{"pass"}) << "no token, no sign-in";
    EXPECT_NE(text_of(at / "out/result.json").find("1 sign_in: rejected (403: "), std::string::npos)
        << "what was seen";
    EXPECT_EQ(verdicts(result, "RP-RT-01"), std::vector<std::string>{"skip"}) << "there is no such leg";
}

TEST(application, that_answers_with_a_500_has_refused_nothing) {
    const folder at;
    write(at / "mine/client.yaml", client_yaml);
    std::string app = text_of(fs::path(ASSAY_SOURCE_DIR) / "tests/harness/cli/careless_application.py");
    const std::string refusal = "self.say(403,";
    app.replace(app.find(refusal), refusal.size(), "self.say(500,");
    write(at / "mine/app.py", app);
    const ended e = assay(at, "run --client ./mine --select RP-TRES-01");
    EXPECT_EQ(e.code, 0) << e.out << e.err;
    EXPECT_EQ(verdicts(results(at), "RP-TRES-01"), std::vector<std::string>{"info"}) << "nobody was signed in";
    EXPECT_NE(text_of(at / "out/result.json").find("server error: the client answered with status 500"),
              std::string::npos)
        << e.out;
}

// The application, which asks for a wrong response type from its start number `from` on until start number `to`.
std::string application_that_errs(int from, int to) {
    std::string app = text_of(fs::path(ASSAY_SOURCE_DIR) / "tests/harness/cli/careless_application.py");
    const std::string good = "\"response_type\": \"code\"";
    app.replace(app.find(good), good.size(), "\"response_type\": \"wrong\" if wrong else \"code\"");
    return app.insert(app.find("issuer, client_id"),
                      "with open(\"starts\", \"a\") as starts:\n    starts.write(\"+\")\n"
                      "wrong = " +
                          std::to_string(from) + " <= os.path.getsize(\"starts\") < " + std::to_string(to) + "\n");
}

TEST(application, that_failed_once_is_asked_again_after_the_other_checks) {
    const folder at;
    write(at / "mine/client.yaml", client_yaml);
    // The first start is for the precondition, the second for the check, the third repeats it.
    write(at / "mine/app.py", application_that_errs(2, 3));
    const ended once = assay(at, "run --client ./mine --select RP-REQ-01");
    EXPECT_EQ(once.code, 0) << once.out << once.err;
    EXPECT_EQ(verdicts(results(at), "RP-REQ-01"), std::vector<std::string>{"pass"}) << text_of(at / "mine/starts");
    EXPECT_NE(text_of(at / "out/result.json").find("the first time this failed"), std::string::npos);
    fs::remove(at / "mine/starts");
    write(at / "mine/app.py", application_that_errs(2, 100));
    const ended always = assay(at, "run --client ./mine --select RP-REQ-01");
    EXPECT_EQ(always.code, 1) << always.out << always.err;
    EXPECT_EQ(verdicts(results(at), "RP-REQ-01"), std::vector<std::string>{"fail"}) << text_of(at / "mine/starts");
}

std::string with_sign_in(const std::string& how) {
    std::string yaml = client_yaml;
    const std::string link = "sign_in: /login";
    return yaml.replace(yaml.find(link), link.size(), "sign_in: " + how);
}

TEST(application, that_begins_with_a_form_is_judged_alike) {
    const folder at;
    write(at / "mine/app.py", text_of(fs::path(ASSAY_SOURCE_DIR) / "tests/harness/cli/careless_application.py"));
    write(at / "mine/client.yaml", with_sign_in("{ form: /begin, fields: { with: openid } }"));
    const ended e = assay(at, "run --client ./mine --select RP-CB-01,RP-TRES-01");
    EXPECT_EQ(e.code, 1) << e.out << e.err;
    EXPECT_EQ(verdicts(results(at), "RP-CB-01"), std::vector<std::string>{"fail"}) << "it compares no state";
    EXPECT_EQ(verdicts(results(at), "RP-TRES-01"), std::vector<std::string>{"pass"}) << "no token, no sign-in";
}

TEST(application, that_shows_who_is_signed_in_is_asked_whether_it_is_still_the_same) {
    const folder at;
    write(at / "mine/app.py", text_of(fs::path(ASSAY_SOURCE_DIR) / "tests/harness/cli/careless_application.py"));
    std::string yaml = client_yaml;
    const std::string rule = "cookie: who }";
    yaml.replace(yaml.find(rule), rule.size(), "cookie: who, user: 'Hello ([^!]+)' }");
    write(at / "mine/client.yaml", yaml);
    const ended e = assay(at, "run --client ./mine --select RP-CB-21,RP-TRES-01");
    EXPECT_EQ(e.code, 1) << e.out << e.err;
    EXPECT_EQ(verdicts(results(at), "RP-CB-21"), std::vector<std::string>{"fail"}) << "it compares no state";
    EXPECT_EQ(verdicts(results(at), "RP-TRES-01"), std::vector<std::string>{"pass"});
    const std::string good = "'Hello ([^!]+)'";
    yaml.replace(yaml.find(good), good.size(), "'(Hello)'");
    write(at / "mine/client.yaml", yaml);
    const ended wrong = assay(at, "run --client ./mine --select RP-CB-21");
    EXPECT_EQ(wrong.code, 3) << wrong.out << wrong.err;
    EXPECT_NE(text_of(at / "out/result.json").find("success.user of client.yaml finds"), std::string::npos)
        << wrong.out;
}

// The rows of a run in their order, a line each.
std::string rows_of(const folder& at) {
    std::string out;
    const json::value result = results(at);
    const json::value* rows = result.find("rows");
    if (rows == nullptr || rows->as_array() == nullptr) return out;
    for (const json::value& row : *rows->as_array())
        out += std::string(row.string_at("check")) + " " + std::string(row.string_at("variant")) + " " +
               std::string(row.string_at("verdict")) + "\n";
    return out;
}

TEST(application, of_several_processes_gives_the_same_rows_in_the_same_order) {
    const folder at;
    write(at / "mine/app.py", text_of(fs::path(ASSAY_SOURCE_DIR) / "tests/harness/cli/careless_application.py"));
    write(at / "mine/client.yaml", client_yaml);
    const std::string run = "run --client ./mine --select RP-CB-01,RP-CB-13,RP-TRES-01,RP-TRES-02,RP-TRES-05";
    EXPECT_EQ(assay(at, run).code, 1);
    const std::string one_at_a_time = rows_of(at);
    write(at / "mine/client.yaml", client_yaml + "processes: 3\n");
    const ended e = assay(at, run);
    EXPECT_EQ(e.code, 1) << e.out << e.err;
    EXPECT_EQ(rows_of(at), one_at_a_time);
    write(at / "mine/client.yaml", client_yaml + "processes: 17\n");
    EXPECT_NE(assay(at, run).err.find("processes is a number from 1 to 16"), std::string::npos);
}

TEST(application, whose_form_is_not_found_is_told_which_there_are) {
    const folder at;
    write(at / "mine/app.py", text_of(fs::path(ASSAY_SOURCE_DIR) / "tests/harness/cli/careless_application.py"));
    write(at / "mine/client.yaml", with_sign_in("{ form: /begin, action: /started }"));
    const ended e = assay(at, "run --client ./mine --select RP-CB-01");
    EXPECT_EQ(e.code, 3) << e.out << e.err;
    EXPECT_NE(text_of(at / "out/result.json").find("GET /search (q), POST /start (guard, with)"), std::string::npos)
        << e.out;
}

TEST(application, that_does_not_start_says_why) {
    const folder at;
    write(at / "mine/client.yaml", client_yaml);
    write(at / "mine/app.py", "print('halfway there')\nraise SystemExit('no such option: --port')\n");
    const ended e = assay(at, "run --client ./mine --select RP-CB-01");
    EXPECT_EQ(e.code, 3) << e.out << e.err;
    const std::string result = text_of(at / "out/result.json");
    EXPECT_NE(result.find("no such option: --port"), std::string::npos) << e.out;
    EXPECT_NE(result.find("halfway there"), std::string::npos) << "stdout as well: " << e.out;
    EXPECT_NE(result.find("CLIENT_SECRET=***"), std::string::npos) << "and what it was told: " << e.out;
}

}  // namespace
}  // namespace assay::cli_tests
