// A capsule of a failing check, carried to another directory, fails there in the same way.
#include <fmt/format.h>

#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/shell.hpp"

namespace assay::cli_tests {
namespace {

constexpr const char* fault = "--fault defect:token.code_verifier_matches";

// A check of a user's own, which our mock fails: it expects a status that no server gives.
constexpr const char* own_check = R"(id: AS-DISC-77
title: The metadata is a teapot
source: [OIDC Discovery §4.1]
level: should
witness: { fault: metadata_status }
matrix: { code: [418, 200] }
steps:
  - discover:
    expect: { status: "${matrix.code}" }
)";

// One of clients, which a careful client fails: it expects a wrong ID Token to be accepted.
constexpr const char* own_client_check = R"(id: RP-IDT-77
title: An ID Token for another client is accepted
source: [OIDC Core §3.1.3.7 (3)]
level: must
needs: [id_token]
witness: { careless: aud }
fault: id_token_aud_wrong
steps:
  - sign_in: {}
    expect: { outcome: accepted }
)";

// Our own client as somebody else's, started by `command`.
std::string client_file(const std::string& command) {
    return fmt::format(
        "name: mine\nlibrary: x\nlanguage: C++\nrequires: {{}}\ncommand: [\"{}\", rp]\nconfigurations:\n"
        "  - {{ name: public, token_endpoint_auth_method: none }}\n  - {{ name: post, token_endpoint_auth_method: "
        "client_secret_post }}\ncapabilities: [state, nonce, pkce, id_token, discovery]\nknown: []\n",
        command);
}

// Moves the capsule, and nothing else, into a folder of its own.
std::string carried(const folder& from, const folder& to, const std::string& name) {
    fs::copy_file(from / ("out/capsules/" + name), to / "it.json");
    return text_of(to / "it.json");
}

void change(const folder& at, const std::string& from, const std::string& to) {
    std::string text = text_of(at / "it.json");
    const std::size_t place = text.find(from);
    ASSERT_NE(place, std::string::npos) << from;
    text.replace(place, from.size(), to);
    write(at / "it.json", text);
}

TEST(capsule, of_the_mock_fails_elsewhere_in_the_same_way) {
    const folder here, there;
    const ended ran = assay(here, std::string("run --select AS-PKCE-02,AS-CODE-01 ") + fault);
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_NE(ran.out.find("Capsules: 2 in "), std::string::npos) << ran.out;
    carried(here, there, "AS-PKCE-02.client=public.json");
    const ended again = assay(there, "replay it.json");
    EXPECT_EQ(again.code, 1) << again.out << again.err;
    EXPECT_NE(again.out.find("The same failure as in the capsule: 2 token, "), std::string::npos) << again.out;
    change(there, "\"defect:token.code_verifier_matches\"", "\"token_status=500\"");
    const ended other = assay(there, "replay it.json");
    EXPECT_EQ(other.out.find("The same failure"), std::string::npos) << other.out;
    change(there, "\"token_status=500\"", "");
    const ended mended = assay(there, "replay it.json");
    EXPECT_EQ(mended.code, 0) << mended.out << mended.err;
    EXPECT_NE(mended.out.find("It passes now"), std::string::npos) << mended.out;
}

TEST(capsule, has_the_same_values_by_seed_and_clock) {
    const folder here, there;
    ASSERT_EQ(assay(here, std::string("run --select AS-PKCE-02 ") + fault).code, 1);
    carried(here, there, "AS-PKCE-02.client=public.json");
    const auto states = [&](const std::string& seed, const std::string& clock) {
        auto document = json::parse(text_of(there / "it.json"));
        document->as_object()->set("seed", seed);
        document->as_object()->set("clock", *json::parse(clock));
        write(there / "it.json", json::format(*document));
        const std::string script = assay(there, "replay it.json --as-curl").out;
        const std::size_t at = script.find("state=");
        EXPECT_NE(at, std::string::npos) << script;
        return script.substr(at, 30);
    };
    const std::string first = states("a seed", "1000000000");
    EXPECT_EQ(states("a seed", "1000000000"), first);
    EXPECT_NE(states("another", "1000000000"), first);
    const ended shown = assay(there, "replay it.json");
    EXPECT_EQ(shown.code, 1) << shown.out << shown.err;
    EXPECT_NE(shown.out.find("The same failure"), std::string::npos) << shown.out;
}

TEST(capsule, of_a_check_and_a_dialect_of_ones_own) {
    const folder here, there;
    write(here / "mine/scenarios/server/disc/AS-DISC-77.yaml", own_check);
    write(here / "odd.yaml", "name: odd\nextends: strict\n");
    const ended ran = assay(here, "run --data mine --dialect ./odd.yaml");
    EXPECT_EQ(ran.code, 0) << ran.err;  // a SHOULD
    carried(here, there, "AS-DISC-77.code=418.json");
    const ended again = assay(there, "replay it.json");
    EXPECT_EQ(again.code, 1) << again.out << again.err;
    EXPECT_NE(again.out.find("The same failure"), std::string::npos) << again.out;
    EXPECT_NE(again.out.find("AS-DISC-77"), std::string::npos) << again.out;
}

TEST(capsule, of_a_server_names_its_secrets) {
    const folder here, there;
    const server_beside running(here, "--dialect strict --sign-in auto --fault defect:token.code_verifier_matches");
    write(
        here / "server.yaml",
        fmt::format("issuer: {}\nname: mine\nclients:\n"
                    "  confidential: {{ client_id: demo-web, client_secret: \"${{env.OUR_SECRET}}\", redirect_uris: "
                    "[http://localhost:8765/callback] }}\n"
                    "  public: {{ client_id: demo-spa, redirect_uris: [http://localhost:8765/callback] }}\n"
                    "  second: {{ client_id: demo-second, client_secret: demo-second-secret, redirect_uris: "
                    "[http://localhost:8765/callback] }}\nsign_in: {{ user: ada }}\n",
                    running.issuer()));
    ::setenv("OUR_SECRET", "demo-web-secret", 1);
    const ended ran = assay(here, "run --select AS-PKCE-02 --server server.yaml");
    ASSERT_EQ(ran.code, 1) << ran.out << ran.err;
    const std::string text = carried(here, there, "AS-PKCE-02.client=public.json");
    for (const char* secret : {"demo-web-secret", "demo-second-secret"})
        EXPECT_EQ(text.find(secret), std::string::npos) << text;
    ::unsetenv("OUR_SECRET");
    const ended missing = assay(there, "replay it.json");
    EXPECT_EQ(missing.code, 2) << missing.out;
    EXPECT_NE(missing.err.find("set OUR_SECRET, SECOND_CLIENT_SECRET as the server server.yaml needs them"),
              std::string::npos)
        << missing.err;
    ::setenv("OUR_SECRET", "demo-web-secret", 1);
    ::setenv("SECOND_CLIENT_SECRET", "demo-second-secret", 1);
    const ended again = assay(there, "replay it.json");
    EXPECT_EQ(again.code, 1) << again.out << again.err;
    EXPECT_NE(again.out.find("The same failure"), std::string::npos) << again.out;
    const ended script = assay(there, "replay it.json --as-curl");
    EXPECT_EQ(script.out.find("demo-web-secret"), std::string::npos) << script.out;
    write(there / "it.sh", script.out);
    const auto run = tests::by_shell("sh " + (there / "it.sh").string());
    EXPECT_NE(run.text.find("\"access_token\":"), std::string::npos) << script.out << run.text;
}

TEST(capsule, of_a_client_that_is_this_program_carries_it) {
    const folder here, there;
    write(here / "data/scenarios/client/idt/RP-IDT-77.yaml", own_client_check);
    write(here / "mine/client.yaml", client_file("${assay}"));
    const ended ran = assay(here, "run --data data --client ./mine");
    ASSERT_EQ(ran.code, 1) << ran.out << ran.err;
    EXPECT_TRUE(fs::exists(here / "out/capsules/RP-IDT-77.mine_post.json"));
    carried(here, there, "RP-IDT-77.mine_public.json");
    const ended again = assay(there, "replay it.json");
    EXPECT_EQ(again.code, 1) << again.out << again.err;
    EXPECT_NE(again.out.find("The same failure as in the capsule: 1 sign_in, outcome."), std::string::npos)
        << again.out;
    EXPECT_EQ(again.out.find("mine (post)"), std::string::npos) << again.out;
    const ended curl = assay(there, "replay it.json --as-curl");
    EXPECT_EQ(curl.code, 2);
    EXPECT_NE(curl.err.find("is a check of a client"), std::string::npos) << curl.err;
}

TEST(capsule, of_a_client_in_a_folder_asks_for_it) {
    const folder here, there;
    write(here / "data/scenarios/client/idt/RP-IDT-77.yaml", own_client_check);
    write(here / "mine/client.yaml", client_file(ASSAY_PROGRAM));
    ASSERT_EQ(assay(here, "run --data data --client ./mine").code, 1);
    carried(here, there, "RP-IDT-77.mine_public.json");
    const ended asks = assay(there, "replay it.json");
    EXPECT_EQ(asks.code, 2);
    EXPECT_NE(asks.err.find("(it was ./mine): name the folder with --client"), std::string::npos) << asks.err;
    const ended again = assay(there, "replay it.json --client " + (here / "mine").string());
    EXPECT_EQ(again.code, 1) << again.out << again.err;
    EXPECT_NE(again.out.find("The same failure"), std::string::npos) << again.out;
}

TEST(capsule, follows_its_schema_and_is_read_strictly) {
    const folder here;
    ASSERT_EQ(assay(here, std::string("run --select AS-PKCE-02 ") + fault).code, 1);
    const std::string text = text_of(here / "out/capsules/AS-PKCE-02.client=public.json");
    const auto schema = json::parse(assay(here, "schema capsule").out);
    ASSERT_TRUE(schema);
    EXPECT_EQ(tests::json_schema(*schema).validate(*json::parse(text)), std::vector<std::string>{});
    for (const auto& [from, to, said] :
         {std::tuple{"\"clock\"", "\"clocks\"", "/clocks is not known here; did you mean 'clock'?"},
          {"assay.capsule/1", "assay.capsule/9", "/schema is not \"assay.capsule/1\""},
          {"\"tls\": false", "\"tls\": \"no\"", "/tls expected true or false, found string"},
          {"\"kind\": \"mock\"", "\"kind\": \"mocks\"", "/subject/kind 'mocks' is no kind"},
          {"\"defect:token.code_verifier_matches\"", "\"defect:token.code_verifier_matchs\"", "did you mean"},
          {"\"variant\": \"client=public\"", "\"variant\": \"a=b\"", "its check has no variant 'a=b'"},
          {"level: must", "level: msut", "scenarios/server/pkce/AS-PKCE-02.yaml:"}}) {
        std::string wrong = text;
        const std::size_t at = wrong.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        write(here / "wrong.json", wrong.replace(at, std::string_view(from).size(), to));
        const ended e = assay(here, "replay wrong.json");
        EXPECT_EQ(e.code, 2) << from << e.out << e.err;
        EXPECT_NE(e.err.find(said), std::string::npos) << e.err;
    }
    EXPECT_EQ(assay(here, "replay nothing.json").code, 2);
}

// The script runs against another mock, and ends in the answer that the check does not expect.
TEST(replay, as_curl_shows_the_failure_at_a_running_mock) {
    const folder here;
    ASSERT_EQ(assay(here, "run --select AS-CODE-01 --fault defect:token.code_single_use").code, 1);
    const ended script = assay(here, "replay out/capsules/AS-CODE-01.json --as-curl");
    EXPECT_EQ(script.code, 0) << script.err;
    EXPECT_NE(script.err.find("The same failure"), std::string::npos) << script.err;
    write(here / "it.sh", script.out);
    const server_beside running(here, "--dialect strict --control 0");
    for (int time = 0; time < 2; ++time) {
        const auto run = tests::by_shell("ASSAY_CONTROL=" + std::string(running.ready.string_at("control")) + " sh " +
                                         (here / "it.sh").string());
        EXPECT_EQ(run.code, 0) << run.text;
        const std::size_t first = run.text.find("\"access_token\":");
        EXPECT_NE(first, std::string::npos) << script.out << run.text;
        EXPECT_NE(run.text.find("\"access_token\":", first + 1), std::string::npos) << script.out << run.text;
    }
}

TEST(run, removes_the_capsules_of_an_earlier_run_and_nothing_else) {
    const folder here;
    ASSERT_EQ(assay(here, std::string("run --select AS-PKCE-02 ") + fault).code, 1);
    write(here / "out/capsules/notes.json", "{}");
    ASSERT_EQ(assay(here, "run --select AS-PKCE-02").code, 0);
    EXPECT_FALSE(fs::exists(here / "out/capsules/AS-PKCE-02.client=public.json"));
    EXPECT_TRUE(fs::exists(here / "out/capsules/notes.json"));
}

}  // namespace
}  // namespace assay::cli_tests
