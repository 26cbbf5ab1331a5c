// Faults state how much they may add to an answer: an answer needs several times its bytes of memory.
#include "mock_server/faults/forged_bytes.hpp"

#include <string>

#include <gtest/gtest.h>

#include "mock_server/faults/fault_set.hpp"

namespace assay::mock {
namespace {

json::value growing(std::int64_t members) {
    json::object lengths;
    for (std::int64_t n = 0; n < members; ++n) lengths.set("m" + std::to_string(n), std::int64_t{16} << 20);
    return json::object{{"fault", "json_grow"}, {"members", std::move(lengths)}};
}

TEST(ForgedBytes, OfAllMembersAreAddedUp) {
    EXPECT_TRUE(fault_set::from_json(growing(2)));
    const auto refused = fault_set::from_json(growing(3));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::usage);
    EXPECT_EQ(refused.error().message,
              "these faults would add 50331648 bytes to an answer; at most 33554432 are possible");
}

TEST(ForgedBytes, OfAllFaultsAreAddedUp) {
    EXPECT_TRUE(fault_set::from_json(json::array{growing(1), growing(1)}));
    EXPECT_FALSE(fault_set::from_json(json::array{growing(1), growing(1), growing(1)}));
    EXPECT_TRUE(fault_set::from_json(json::array{growing(2), "id_token_aud_wrong", "defect:token.code_single_use"}));
}

TEST(ForgedBytes, OfFaultsThatAreAddedLaterCountToo) {
    const auto first = fault_set::from_json(growing(1));
    ASSERT_TRUE(first);
    const auto second = (*first)->with(json::array{growing(1)});
    ASSERT_TRUE(second);
    EXPECT_FALSE((*second)->with(json::array{growing(1)}));
    EXPECT_TRUE((*second)->with(json::array{"id_token_aud_wrong"}));
}

// Every client can write these.
TEST(ForgedBytes, OfFaultsInAUrlAreFewer) {
    EXPECT_TRUE(fault_set::from_text(R"(json_grow={"a":2097152})"));
    EXPECT_FALSE(fault_set::from_text(R"(json_grow={"a":2097153})"));
    EXPECT_TRUE(fault_set::from_text(R"(json_grow={"a":524288}~json_grow={"b":524288})"));
    EXPECT_FALSE(fault_set::from_text(R"(json_grow={"a":524288}~json_grow={"b":524289})"));
    EXPECT_TRUE(fault_set::from_text("http_header_bytes=1048576"));
    EXPECT_FALSE(fault_set::from_text("jwks_many=10000"));
}

}  // namespace
}  // namespace assay::mock
