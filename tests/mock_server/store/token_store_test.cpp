// The token pairs of an issuer and the index below them.
#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "mock_server/store/memory_token_store.hpp"

namespace assay::mock {
namespace {

token_pair pair_of(token_store& s, const std::string& client_id, unsigned char family) {
    token_pair p;
    p.grant = s.share({client_id, "openid email", {"user", "ada"}});
    p.family.fill(family);
    return p;
}

TEST(key_index, agrees_with_a_map) {
    key_index index;
    std::map<std::uint64_t, std::uint32_t> map;
    std::mt19937 random(7);
    for (std::uint32_t n = 0; n < 200'000; ++n) {
        const std::uint64_t key = random() % 500 * 16;  // few keys, with the same home slots
        if (random() % 3 != 0) {
            index.put(key, n);
            map[key] = n;
        } else if (const auto there = map.find(key); there != map.end()) {
            index.erase(key, there->second + 1);  // wrong place: nothing is erased
            index.erase(key, there->second);
            map.erase(there);
        }
        const std::uint64_t probe = random() % 500 * 16;
        const auto found = index.find(probe);
        const auto there = map.find(probe);
        ASSERT_EQ(found.has_value(), there != map.end());
        if (found) {
            ASSERT_EQ(*found, there->second);
        }
    }
}

TEST(token_store, finds_a_pair_by_either_token) {
    memory_token_store s(1000);
    s.put("a1", "r1", pair_of(s, "web", 1));
    s.put("a2", "", pair_of(s, "web", 2));
    ASSERT_TRUE(s.find_access("a1"));
    EXPECT_EQ(s.find_access("a1")->grant->client_id, "web");
    EXPECT_EQ(s.find_refresh("r1")->access, s.find_access("a1")->access);
    EXPECT_FALSE(s.find_access("r1"));
    EXPECT_FALSE(s.find_refresh("a1"));
    EXPECT_FALSE(s.find_refresh(""));
    EXPECT_EQ(s.find_access("a1")->grant, s.find_access("a2")->grant);
    EXPECT_EQ(s.size(), 2U);
}

TEST(token_store, a_kept_refresh_token_leads_to_the_newest_pair) {
    memory_token_store s(1000);
    s.put("a1", "r", pair_of(s, "web", 1));
    s.put("a2", "r", pair_of(s, "web", 1));
    EXPECT_EQ(s.find_refresh("r")->access, s.find_access("a2")->access);
}

TEST(token_store, the_oldest_go_and_their_refresh_tokens_with_them) {
    constexpr int put = 4000;
    memory_token_store s(800);
    for (int n = 0; n < put; ++n) s.put("a" + std::to_string(n), "r" + std::to_string(n), pair_of(s, "web", 1));
    EXPECT_EQ(s.size(), 800U);
    int found = 0;
    for (int n = 0; n < put; ++n) {
        const auto access = s.find_access("a" + std::to_string(n));
        EXPECT_EQ(access.has_value(), s.find_refresh("r" + std::to_string(n)).has_value()) << n;
        if (access) ++found;
        if (n > put - 500) {
            EXPECT_TRUE(access) << n;
        } else if (n < put - 1200) {
            EXPECT_FALSE(access) << n;
        }
    }
    EXPECT_EQ(found, 800);
}

TEST(token_store, a_family_ends_as_far_as_it_is_there) {
    memory_token_store s(1000);
    s.put("a1", "r1", pair_of(s, "web", 1));
    s.put("a2", "r2", pair_of(s, "web", 1));
    s.put("b", "rb", pair_of(s, "web", 2));
    uuid family{};
    family.fill(1);
    s.revoke_family(family);
    s.put("a3", "r3", pair_of(s, "web", 1));
    for (const auto* ended : {"a1", "a2"}) {
        EXPECT_TRUE(s.find_access(ended)->access_revoked);
        EXPECT_TRUE(s.find_access(ended)->refresh_revoked);
    }
    EXPECT_FALSE(s.retire_refresh(digest_of("r1"), false, 0));
    EXPECT_FALSE(s.find_access("b")->access_revoked);
    EXPECT_FALSE(s.find_access("a3")->access_revoked);
    EXPECT_TRUE(s.retire_refresh(digest_of("r3"), false, 0));
    s.revoke_family(family);
    EXPECT_TRUE(s.find_access("a3")->access_revoked);
}

TEST(token_store, halves_are_revoked_apart_and_clients_as_a_whole) {
    memory_token_store s(1000);
    s.put("a1", "r1", pair_of(s, "web", 1));
    s.put("a2", "r2", pair_of(s, "other", 2));
    s.revoke(*s.find_access("a1"), true, false);
    EXPECT_TRUE(s.find_access("a1")->access_revoked);
    EXPECT_FALSE(s.find_access("a1")->refresh_revoked);
    const grant_filter of_other{.client_id = "other"};
    EXPECT_TRUE(s.revoke_granted(of_other, false, false));
    EXPECT_FALSE(s.find_refresh("r2")->refresh_revoked);
    EXPECT_TRUE(s.revoke_granted(of_other, false, true));
    EXPECT_TRUE(s.find_refresh("r2")->refresh_revoked);
    EXPECT_FALSE(s.find_refresh("r2")->access_revoked);
    EXPECT_TRUE(s.revoke_granted(of_other));
    EXPECT_TRUE(s.find_refresh("r2")->access_revoked);
    EXPECT_FALSE(s.find_refresh("r1")->refresh_revoked);
}

TEST(token_store, one_of_many_retires_a_refresh_token) {
    constexpr int tokens = 2000;
    memory_token_store s(1600);  // while other threads push the oldest out
    for (int n = 0; n < tokens / 2; ++n)
        s.put("a" + std::to_string(n), "r" + std::to_string(n), pair_of(s, "web", 1));
    std::vector<std::atomic<int>> retired(tokens);
    std::vector<std::thread> all;
    for (int t = 0; t < 4; ++t) {
        all.emplace_back([&, t] {
            for (int n = 0; n < tokens; ++n) {
                const auto number = std::to_string(n);
                if (n >= tokens / 2 && n % 4 == t) s.put("a" + number, "r" + number, pair_of(s, "web", 1));
                (void)s.find_access("a" + number);
                if (s.retire_refresh(digest_of("r" + number), true, 0)) ++retired[static_cast<std::size_t>(n)];
                uuid family{};
                family.fill(static_cast<unsigned char>(100 + t));
                if (n % 500 == 0) s.revoke_family(family);
            }
        });
    }
    for (auto& t : all) t.join();
    for (int n = 0; n < tokens; ++n) EXPECT_LE(retired[static_cast<std::size_t>(n)], 1) << n;
    for (int n = 0; n < tokens / 2; ++n) EXPECT_EQ(retired[static_cast<std::size_t>(n)], 1) << n;
}

}  // namespace
}  // namespace assay::mock
