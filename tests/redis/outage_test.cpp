// A store that does not answer: 503 with a sentence, at once; it recovers by itself, and nothing is issued twice.
#include "mock_server/store/outage.hpp"

#include <algorithm>

#include "tests/redis/node.hpp"

namespace assay::redis_tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Outage : public testing::Test {
protected:
    void SetUp() override {
        ASSAY_NEEDS(server_program());
        server.emplace();
        one.emplace(server->open("?timeout_ms=1000"));
        minted = one->mint(20);
    }
    // The answer to redeeming the next code, which must be 503 with everything a client needs.
    std::string refused() {
        const auto began = steady_clock::now();
        const auto r = one->redeem(minted.all.at(next), minted.verifier);
        EXPECT_LT(steady_clock::now() - began, milliseconds{10'000}) << "it hangs";
        EXPECT_EQ(r.status, 503) << r.body;
        EXPECT_EQ(r.head.value("Retry-After"), "1");
        EXPECT_EQ(body_of(r).string_at("error"), "temporarily_unavailable");
        std::string why(body_of(r).string_at("error_description"));
        EXPECT_TRUE(why.starts_with("The store redis://127.0.0.1:")) << why;
        return why;
    }
    // Until tokens are issued again. A refusal may have spent its code.
    void recovers() {
        ++next;
        EXPECT_TRUE(came("the recovery", [&] {
            const auto status = one->redeem(minted.all.at(next), minted.verifier).status;
            if (status != 503) ++next;
            return status == 200;
        }));
    }

    std::optional<redis_server> server;
    std::optional<node> one;
    node::codes minted;
    std::size_t next = 0;
};

TEST_F(Outage, Killed) {
    server->end(SIGKILL);
    EXPECT_NE(refused().find("no connection"), std::string::npos);
    const auto began = steady_clock::now();
    for (int n = 0; n < 50; ++n) refused();
    EXPECT_LT(steady_clock::now() - began, milliseconds{10'000}) << "each waits for the same";
    EXPECT_EQ(one->get("/jwks").status, 503);
    EXPECT_EQ(one->control("GET", "/issuers/default/clients").status, 503);
    EXPECT_EQ(one->get("/health").status, 200) << "the mock itself is alive";
    EXPECT_NE(one->control("GET", "/metrics").body.find("assay_store_up 0"), std::string::npos);
}

TEST_F(Outage, AnAuthorizationRequestGetsAPageAndNoRedirect) {
    server->end(SIGKILL);
    http::request r;
    r.target = "/authorize?client_id=web&redirect_uri=http://127.0.0.1:1/cb&response_type=code";
    r.head.append("Accept", "text/html");
    const auto page = one->send(std::move(r));
    EXPECT_EQ(page.status, 503);
    EXPECT_EQ(page.head.find("Location"), nullptr);
    EXPECT_NE(page.body.find("This server cannot answer now"), std::string::npos);
    http::request index;
    index.target = "/";
    index.head.append("Accept", "text/html");
    EXPECT_EQ(one->send(std::move(index)).status, 503);
}

TEST_F(Outage, Frozen) {
    server->send(SIGSTOP);
    const std::string why = refused();
    EXPECT_NE(why.find("did not answer within the deadline"), std::string::npos) << why;
    refused();
    server->send(SIGCONT);
    recovers();
}

// It has the command and does not answer: whether the code is spent is unknown, so it counts as not redeemed, and is
// not redeemed again.
TEST_F(Outage, AnUndecidedRedemptionIsNoneAndStaysOne) {
    auto& s = one->core.find("")->tokens;
    mock::outage::forget();
    ASSERT_TRUE(s.find_code(minted.all.front()));
    server->send(SIGSTOP);
    EXPECT_FALSE(s.redeem_code(minted.all.front()));
    EXPECT_TRUE(mock::outage::is_noted());
    EXPECT_FALSE(s.find_code(minted.all.front())) << "nothing more is asked for this request";
    server->send(SIGCONT);
    EXPECT_TRUE(came("the command to be executed", [&] {
        mock::outage::forget();
        const auto g = s.find_code(minted.all.front());
        return g && g->redeemed;
    }));
    EXPECT_FALSE(s.redeem_code(minted.all.front()));
}

TEST_F(Outage, Slow) {
    ASSERT_EQ(server->ask({"CLIENT", "PAUSE", "5000", "ALL"}).text, "OK");
    refused();
    refused();
    recovers();
}

TEST_F(Outage, Full) {
    ASSERT_EQ(server->ask({"CONFIG", "SET", "maxmemory", "1"}).text, "OK");
    EXPECT_NE(refused().find("its memory is full (maxmemory)"), std::string::npos);
    EXPECT_EQ(one->get("/jwks").status, 200) << "reading needs no memory";
    server->ask({"CONFIG", "SET", "maxmemory", "0"});
    recovers();
}

TEST_F(Outage, ReadOnlyReplica) {
    redis_server master;
    server->ask({"REPLICAOF", "127.0.0.1", std::to_string(master.port())});
    ASSERT_TRUE(came("the replica", [&] {
        return server->ask({"INFO", "replication"}).text.find("master_link_status:up") != std::string::npos;
    }));
    EXPECT_NE(refused().find("read-only replica"), std::string::npos);
    const auto refusal = mock::redis::open_backing(mock::redis::parse_address(server->url()).value(), {});
    ASSERT_TRUE(refusal) << "it answers; the first issuer is refused";
    mock::mock core;
    core.kept_in = *refusal;
    core.set_origin("http://127.0.0.1:9");
    const auto made = core.create_default({});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::environment);
    EXPECT_NE(made.error().message.find("read-only replica"), std::string::npos);
    server->ask({"REPLICAOF", "NO", "ONE"});
    // The replica has what its master had: nothing. So the codes are gone, and the mock begins again.
    ASSERT_TRUE(came("the recovery", [&] { return one->get("/jwks").status == 200; }));
    minted = one->mint(2);
    EXPECT_EQ(one->redeem(minted.all.front(), minted.verifier).status, 200);
}

// Of a store that lost all it had: clients of the configuration are there again, and the secret is the same.
TEST_F(Outage, Emptied) {
    ASSERT_EQ(server->ask({"FLUSHALL"}).text, "OK");
    minted = one->mint(1);
    EXPECT_EQ(one->redeem(minted.all.front(), minted.verifier).status, 200);
    server->ask({"SCRIPT", "FLUSH"});
    minted = one->mint(1);
    EXPECT_EQ(one->redeem(minted.all.front(), minted.verifier).status, 200);
}

// Who makes an issuer, or sets something, waits for the store; whoever looks for an issuer or its faults does not.
TEST_F(Outage, WhoWaitsForTheStoreKeepsNobodyElseWaiting) {
    node slow(server->open("?timeout_ms=2000"));
    const auto at = slow.core.find("");
    const std::vector<std::pair<const char*, std::function<void()>>> acts{
        {"an issuer", [&] { EXPECT_FALSE(slow.core.create({})); }},
        {"a fault issuer", [&] { EXPECT_EQ(slow.get("/f/token_status=503/jwks").status, 503); }},
        {"faults", [&] { (void)at->set_faults(std::make_shared<mock::fault_set>()); }},
        {"the clock", [&] { (void)at->advance(1); }},
        {"the keys", [&] { at->rotate_key(true); }},
    };
    for (const auto& [what, act] : acts) {
        server->send(SIGSTOP);
        const auto began = steady_clock::now();
        std::atomic<bool> done{false};
        std::thread waits([&done, &run = act] {
            mock::outage::forget();
            run();
            done.store(true);
        });
        auto longest = milliseconds{0};
        while (!done.load()) {
            const auto before = steady_clock::now();
            (void)slow.core.find("");
            (void)slow.core.find("f:token_status=404");
            (void)at->faults();
            longest = std::max(longest, std::chrono::ceil<milliseconds>(steady_clock::now() - before));
            std::this_thread::yield();
        }
        waits.join();
        EXPECT_GE(steady_clock::now() - began, milliseconds{1900}) << what << " did not wait";
        EXPECT_LT(longest, milliseconds{1500}) << what;
        server->send(SIGCONT);
        ASSERT_TRUE(came("the recovery", [&] { return slow.get("/jwks").status == 200; }));
    }
}

// Sentinels that accept connections and never answer.
class silent_sentinels {
public:
    explicit silent_sentinels(std::size_t count) {
        for (; count > 0; --count) {
            sockaddr_in at{};
            at.sin_family = AF_INET;
            at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            socklen_t size = sizeof at;
            const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            EXPECT_EQ(::bind(s, reinterpret_cast<sockaddr*>(&at), size), 0);
            EXPECT_EQ(::listen(s, 64), 0);
            ::getsockname(s, reinterpret_cast<sockaddr*>(&at), &size);
            sockets_.push_back(s);
            hosts += fmt::format("127.0.0.1:{},", ntohs(at.sin_port));
        }
    }
    ~silent_sentinels() {
        for (const int s : sockets_) ::close(s);
    }
    silent_sentinels(const silent_sentinels&) = delete;
    silent_sentinels& operator=(const silent_sentinels&) = delete;

    std::string hosts;  // each with a comma after it

private:
    std::vector<int> sockets_;
};

TEST(OutageOfSentinels, AllOfThemTakeNoLongerThanOne) {
    const silent_sentinels silent(6);
    const auto to = mock::redis::parse_address("redis+sentinel://" + silent.hosts + "/main?timeout_ms=1000").value();
    const auto began = steady_clock::now();
    EXPECT_FALSE(mock::redis::open_backing(to, {}));
    EXPECT_LT(steady_clock::now() - began, milliseconds{5000}) << "six deadlines";
}

TEST(OutageOfSentinels, SilentOnesLeaveTimeForTheOthers) {
    ASSAY_NEEDS(server_program());
    const redis_server master;
    const silent_sentinels silent(2);
    const folder at;
    const auto port = free_port();
    tests::write(at / "sentinel.conf", fmt::format("port {}\ndir {}\nsentinel monitor main 127.0.0.1 {} 1\n", port,
                                                   at.name(), master.port()));
    const process sentinel(at, {server_program(), (at / "sentinel.conf").string(), "--sentinel"});
    const auto to = mock::redis::parse_address(
        fmt::format("redis+sentinel://{}127.0.0.1:{}/main?timeout_ms=600&replicas=0", silent.hosts, port));
    ASSERT_TRUE(to) << to.error().message;
    EXPECT_TRUE(came("the third Sentinel", [&] { return mock::redis::open_backing(*to, {}).has_value(); }));
}

// The network between them ends without a word: packets are dropped.
TEST(OutageOfTheNetwork, Partition) {
    ASSAY_NEEDS(server_program());
    if (tests::by_shell("ip netns add assay-store && ip netns del assay-store").code != 0)
        GTEST_SKIP() << "network namespaces need root and iproute2";
    const std::string name = fmt::format("as{}", ::getpid());
    const auto up = tests::by_shell(
        fmt::format("set -e; ip netns add {0}; ip link add {0}a type veth peer name {0}b netns {0};"
                    "ip addr add 10.211.7.1/30 dev {0}a; ip link set {0}a up;"
                    "ip -n {0} addr add 10.211.7.2/30 dev {0}b; ip -n {0} link set {0}b up; ip -n {0} link set lo up",
                    name));
    ASSERT_EQ(up.code, 0) << up.text;
    const folder at;
    {
        const process there(at, {"ip", "netns", "exec", name, server_program(), "--port", "6379", "--bind",
                                 "10.211.7.2", "--protected-mode", "no", "--save", "", "--dir", at.name()});
        const auto address = mock::redis::parse_address("redis://10.211.7.2?timeout_ms=1000").value();
        std::shared_ptr<mock::backing> kept_in;
        ASSERT_TRUE(came("redis in the namespace", [&] {
            auto made = mock::redis::open_backing(address, {});
            if (made) kept_in = *made;
            return made.has_value();
        }));
        node one(kept_in);
        const auto minted = one.mint(20);
        EXPECT_EQ(one.redeem(minted.all[0], minted.verifier).status, 200);
        tests::by_shell(fmt::format("ip -n {0} link set {0}b down", name));
        for (int n = 0; n < 5; ++n) {
            const auto began = steady_clock::now();
            EXPECT_EQ(one.redeem(minted.all[1], minted.verifier).status, 503);
            EXPECT_LT(steady_clock::now() - began, milliseconds{10'000});
        }
        tests::by_shell(fmt::format("ip -n {0} link set {0}b up", name));
        std::size_t next = 2;
        EXPECT_TRUE(came("the end of the partition", [&] {
            const auto status = one.redeem(minted.all.at(next), minted.verifier).status;
            if (status != 503) ++next;  // a 503 had spent it
            return status == 200;
        }));
    }
    tests::by_shell(fmt::format("ip link del {0}a; ip netns del {0}", name));
}

}  // namespace
}  // namespace assay::redis_tests
