// Sentinel replaces a master that was killed: the mock finds the new one by itself, and it knows what was
// acknowledged.
#include "tests/redis/node.hpp"

namespace assay::redis_tests {
namespace {

// Whether Sentinel has found the two replicas of its master.
bool knows_both(std::uint16_t port) {
    auto line =
        http::byte_stream::open({"127.0.0.1", std::to_string(port), false}, nullptr, std::chrono::milliseconds{1000});
    if (!line || !(*line)->write("SENTINEL REPLICAS main\r\n") || !(*line)->read_more()) return false;
    std::string_view in = (*line)->received();
    const auto all = mock::redis::reply_reader{}.take(in);
    return all && *all && (*all)->items.size() == 2;
}

TEST(Failover, TheNewMasterHasWhatWasAcknowledged) {
    ASSAY_NEEDS(server_program());
    redis_server first;
    const std::vector<std::string> replica{"--replicaof", "127.0.0.1 " + std::to_string(first.port()),
                                           "--repl-diskless-sync-delay", "0"};
    redis_server second(replica);
    redis_server third(replica);
    ASSERT_TRUE(came("two replicas", [&] {
        const auto said = first.ask({"INFO", "replication"}).text;
        return said.find("slave0:") != std::string::npos && said.find("slave1:") != std::string::npos &&
               said.find("state=wait") == std::string::npos && said.find("state=send") == std::string::npos &&
               said.find("offset=0,") == std::string::npos;  // it has answered: what it copied is loaded
    }));
    const folder at;
    const auto port = free_port();
    tests::write(at / "sentinel.conf",
                 fmt::format("port {}\ndir {}\nsentinel monitor main 127.0.0.1 {} 1\n"
                             "sentinel down-after-milliseconds main 4000\nsentinel failover-timeout main 3000\n",
                             port, at.name(), first.port()));
    const process sentinel(at, {server_program(), (at / "sentinel.conf").string(), "--sentinel"});
    const auto address =
        mock::redis::parse_address(fmt::format("redis+sentinel://127.0.0.1:{}/main?timeout_ms=3000", port)).value();
    std::shared_ptr<mock::backing> kept_in;
    ASSERT_TRUE(came("Sentinel", [&] {
        auto made = mock::redis::open_backing(address, {});
        if (made) kept_in = *made;
        return made.has_value();
    }));
    ASSERT_TRUE(came("Sentinel to know the replicas", [&] { return knows_both(port); }));
    node one(kept_in);
    const auto minted = one.mint(400);
    ASSERT_EQ(minted.all.size(), 400U);
    std::vector<std::pair<std::string, std::string>> issued;
    std::size_t n = 0;
    for (; n < 100; ++n) {
        const auto r = one.redeem(minted.all[n], minted.verifier);
        ASSERT_EQ(r.status, 200) << r.body;
        issued.emplace_back(minted.all[n], body_of(r).string_at("access_token"));
    }
    first.end(SIGKILL);
    const auto began = std::chrono::steady_clock::now();
    const auto refused = one.redeem(minted.all[n++], minted.verifier);
    EXPECT_EQ(refused.status, 503) << refused.body;
    ASSERT_TRUE(came("the failover", [&] { return one.get("/jwks").status == 200; }));
    ASSERT_TRUE(came("tokens again", [&] { return one.redeem(minted.all.at(n++), minted.verifier).status == 200; }));
    RecordProperty(
        "failover_ms",
        static_cast<int>(
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count()));
    for (const auto& [code, token] : issued) {
        EXPECT_TRUE(one.is_active(token));
        EXPECT_EQ(one.redeem(code, minted.verifier).status, 400) << "issued twice";
        if (testing::Test::HasFailure()) break;
    }
}

}  // namespace
}  // namespace assay::redis_tests
