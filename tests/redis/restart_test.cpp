// Redis killed with -9 under load and started again: what was acknowledged is still there.
#include <mutex>

#include "tests/redis/node.hpp"

namespace assay::redis_tests {
namespace {

struct counted {
    int acknowledged = 0;
    int lost = 0;   // tokens that were issued and are not known any more
    int twice = 0;  // codes that were redeemed and could be again
};

// Redeems codes at two nodes, kills Redis in the middle, starts it again, and looks for all that was acknowledged.
counted killed_and_restarted(const std::vector<std::string>& options) {
    redis_server server(options);
    // A disk that others use can take long to sync; the death of Redis is noticed at once, whatever the deadline.
    node one(server.open());
    node two(server.open());
    const auto minted = one.mint(2000);
    std::mutex lock;
    std::vector<std::pair<std::string, std::string>> issued;  // code and access token
    std::atomic<bool> killed{false};
    const auto load = [&](node& at, std::size_t from) {
        for (auto n = from; n < minted.all.size() && !killed.load(); n += 2) {
            const auto r = at.redeem(minted.all[n], minted.verifier);
            if (r.status != 200) continue;
            const std::lock_guard guard(lock);
            issued.emplace_back(minted.all[n], body_of(r).string_at("access_token"));
        }
    };
    std::thread first([&] { load(one, 0); });
    std::thread second([&] { load(two, 1); });
    (void)came("a hundred tokens", [&] {
        const std::lock_guard guard(lock);
        return issued.size() >= 100;
    });
    server.end(SIGKILL);
    killed.store(true);
    first.join();
    second.join();
    server.start();
    counted out;
    out.acknowledged = static_cast<int>(issued.size());
    (void)came("the recovery", [&] { return one.get("/jwks").status == 200; });
    for (const auto& [code, token] : issued) {
        out.lost += one.is_active(token) ? 0 : 1;
        out.twice += two.redeem(code, minted.verifier).status == 200 ? 1 : 0;
    }
    return out;
}

TEST(Restart, WithAppendonlyAlwaysNoAcknowledgedTokenIsLost) {
    ASSAY_NEEDS(server_program());
    const auto c = killed_and_restarted({"--appendonly", "yes", "--appendfsync", "always"});
    EXPECT_EQ(c.lost, 0) << "of " << c.acknowledged;
    EXPECT_EQ(c.twice, 0);
}

// Redis writes to the file before it answers; only a machine that fails can lose what it did not sync yet.
TEST(Restart, WithEverysecThePowerMustFailToLoseOne) {
    ASSAY_NEEDS(server_program());
    const auto c = killed_and_restarted({"--appendonly", "yes", "--appendfsync", "everysec"});
    RecordProperty("acknowledged", c.acknowledged);
    RecordProperty("lost", c.lost);
    EXPECT_EQ(c.lost, 0) << "of " << c.acknowledged;
    EXPECT_EQ(c.twice, 0);
}

TEST(Restart, WithoutPersistenceAllIsLostAndNothingIsIssuedTwice) {
    ASSAY_NEEDS(server_program());
    const auto c = killed_and_restarted({"--appendonly", "no"});
    EXPECT_EQ(c.lost, c.acknowledged);
    EXPECT_EQ(c.twice, 0) << "the codes are lost, too";
}

}  // namespace
}  // namespace assay::redis_tests
