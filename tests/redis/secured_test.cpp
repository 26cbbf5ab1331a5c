// Redis and Sentinel behind TLS and passwords, as a user starts the program: it serves, or it says in a sentence why
// not, and never prints a password.
#include <algorithm>

#include "tests/harness/cli/program.hpp"
#include "tests/redis/node.hpp"
#include "tests/redis/secured_server.hpp"

namespace assay::redis_tests {
namespace {

// A mock that is ready; what it printed has no password.
void serves(const folder& at, const std::string& variables, const std::string& arguments, const std::string& shown) {
    cli_tests::program_beside mock(at, variables,
                                   "serve --dialect strict --port 0 --control 0 --ready-file ready " + arguments);
    ASSERT_TRUE(came("a mock", [&] { return tests::text_of(at / "ready").ends_with("\n") || !mock.runs(); }));
    const auto ready = tests::text_of(at / "ready");
    EXPECT_EQ(json::parse(ready).value_or(json::value()).string_at("store"), shown) << mock.errors();
    const auto all = ready + tests::text_of(at / "stdout") + mock.errors();
    EXPECT_EQ(all.find("s3cret"), std::string::npos) << all;
    EXPECT_EQ(all.find("hunter2"), std::string::npos) << all;
}

TEST(Secured, ServesOverTlsWithThePasswordFromAFileOrTheEnvironment) {
    ASSAY_NEEDS(server_program());
    const secured_server server;
    const auto shown = server.url("");
    const folder at;
    tests::write(at / "password", "s3cret\n");
    serves(at, "", fmt::format("--store {} --ca {} --store-password-file password", shown, server.ca_file()), shown);
    const folder second;
    serves(second, "ASSAY_STORE=" + server.url("assay:hunter2@"), "--ca " + server.ca_file(), shown);
    const folder third;
    serves(third, "ASSAY_STORE=redis://:s3cret@127.0.0.1:" + std::to_string(server.plain_port()), "",
           fmt::format("redis://127.0.0.1:{}", server.plain_port()));
}

TEST(Secured, TwoMocksShareAnIssuerOverTls) {
    ASSAY_NEEDS(server_program());
    const secured_server server;
    node one(server.open());
    node two(server.open());
    const auto minted = one.mint(20);
    for (const auto& code : minted.all) {
        EXPECT_EQ(two.redeem(code, minted.verifier).status, 200);
        EXPECT_EQ(one.redeem(code, minted.verifier).status, 400);
    }
}

// As Redis does it with idle connections (`timeout`), and a proxy between them: no request is lost by that.
TEST(Secured, AConnectionThatWasClosedMeanwhileIsNotUsed) {
    ASSAY_NEEDS(server_program());
    const secured_server server;
    node one(server.open());
    for (int n = 0; n < 5; ++n) {
        ASSERT_EQ(one.get("/jwks").status, 200);
        server.close_connections();
        EXPECT_EQ(one.get("/jwks").status, 200);
    }
}

TEST(Secured, ARefusalIsOneSentenceWithoutThePassword) {
    ASSAY_NEEDS(server_program());
    const secured_server server;
    const secured_server elsewhere("elsewhere.localhost");
    const folder at;
    tests::write(at / "wrong", "wr0ng-pass\n");
    const auto of = [](const secured_server& s, const std::string& who) { return s.url(who) + patient; };
    const auto tls = of(server, "");
    struct row {
        std::string variables, arguments, why;
    };
    for (const auto& [variables, arguments, why] : std::vector<row>{
             {"", fmt::format("--store {} --ca {}", tls, server.ca_file()), "it wants a password"},
             {"", fmt::format("--store {} --ca {} --store-password-file wrong", tls, server.ca_file()),
              "it refuses user and password"},
             {"ASSAY_STORE=" + of(server, "assay:wr0ng-pass@"), "--ca " + server.ca_file(),
              "it refuses user and password"},
             {"ASSAY_STORE=" + of(server, "nobody:wr0ng-pass@"), "--ca " + server.ca_file(),
              "it refuses user and password"},
             {"ASSAY_STORE=redis://:wr0ng-pass@127.0.0.1:" + std::to_string(server.plain_port()) + patient, "",
              "it refuses user and password"},
             {"ASSAY_STORE=" + of(server, "assay:hunter2@"), "", "give the CA that signed it (--ca FILE)"},
             {"ASSAY_STORE=" + of(server, "assay:hunter2@"), "--ca " + elsewhere.ca_file(),
              "give the CA that signed it (--ca FILE)"},
             {"ASSAY_STORE=" + of(elsewhere, "assay:hunter2@"), "--ca " + elsewhere.ca_file(), "localhost"},
             {"ASSAY_STORE=" + fmt::format("rediss://:s3cret@127.0.0.1:{}", server.plain_port()),
              "--ca " + server.ca_file(), "did not answer within the deadline"},
             {"ASSAY_STORE=" + fmt::format("redis://:s3cret@127.0.0.1:{}", server.port()), "", "rediss://"},
         }) {
        const auto e = cli_tests::assay(at, "serve --dialect strict --port 0 " + arguments,
                                        "env " + variables + " " ASSAY_PROGRAM);
        EXPECT_EQ(e.code, 3) << variables << ' ' << arguments << '\n' << e.err;
        EXPECT_NE(e.err.find(why), std::string::npos) << e.err;
        EXPECT_EQ(std::count(e.err.begin(), e.err.end(), '\n'), 1) << e.err;
        for (const char* secret : {"wr0ng-pass", "hunter2", "s3cret"})
            EXPECT_EQ((e.out + e.err).find(secret), std::string::npos) << e.err;
    }
}

// A Sentinel with a password beside a master with another one.
class SecuredSentinel : public testing::Test {
protected:
    void SetUp() override {
        ASSAY_NEEDS(server_program());
        std::vector<std::string> options{"--requirepass", "s3cret", "--user", "assay", "on", ">s3cret"};
        options.insert(options.end(), acl_of_a_mock.begin(), acl_of_a_mock.end());
        master.emplace(std::move(options));
        tests::write(at / "sentinel.conf",
                     fmt::format("port {}\ndir {}\nrequirepass hunter2\nsentinel monitor main 127.0.0.1 {} 1\n"
                                 "sentinel auth-pass main s3cret\n",
                                 port, at.name(), master->port()));
        sentinel.emplace(at,
                         std::vector<std::string>{server_program(), (at / "sentinel.conf").string(), "--sentinel"});
        ASSERT_TRUE(came("Sentinel", [&] {
            return http::byte_stream::open({"127.0.0.1", std::to_string(port), false}, nullptr,
                                           std::chrono::milliseconds{1000})
                .has_value();
        }));
    }
    auto open(const std::string& who, const std::string& options) const {
        const auto text =
            fmt::format("redis+sentinel://{}@127.0.0.1:{}/main{}&replicas=0{}", who, port, patient, options);
        return mock::redis::open_backing(mock::redis::parse_address(text).value(), {});
    }

    std::optional<redis_server> master;
    folder at;
    std::uint16_t port = free_port();
    std::optional<process> sentinel;
};

TEST_F(SecuredSentinel, GetsItsOwnPassword) {
    auto made = open("assay:s3cret", "&sentinel_password=hunter2");
    ASSERT_TRUE(made) << made.error().text();
    node one(*made);
    const auto minted = one.mint(1);
    EXPECT_EQ(one.redeem(minted.all.front(), minted.verifier).status, 200);
    ASSERT_TRUE(open("assay:s3cret", "&sentinel_user=default&sentinel_password=hunter2"));
}

TEST_F(SecuredSentinel, GetsThatOfTheStoreIfItHasNoOther) {
    auto refused = open(":s3cret", "");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("sentinel_password="), std::string::npos) << refused.error().message;
    auto wrong = open(":hunter2", "");  // right for Sentinel, wrong for the master
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().message.find("it refuses user and password"), std::string::npos) << wrong.error().message;
    for (const auto& e : {refused.error(), wrong.error()}) {
        EXPECT_EQ(e.code, errc::environment);
        EXPECT_EQ(e.message.find("s3cret"), std::string::npos) << e.message;
        EXPECT_EQ(e.message.find("hunter2"), std::string::npos) << e.message;
    }
}

}  // namespace
}  // namespace assay::redis_tests
