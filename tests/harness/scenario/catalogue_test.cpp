// The checks that ship with Assay load, and the checks of profiles exist.
#include <algorithm>

#include <gtest/gtest.h>

#include "harness/scenario/loader.hpp"
#include "harness/scenario/profile.hpp"
#include "tests/harness/verbs.hpp"

namespace assay::harness {
namespace {

const std::string scenarios = ASSAY_SOURCE_DIR "/scenarios";

TEST(catalogue, every_check_loads_and_says_what_it_rests_on) {
    const auto checks = load_checks(scenarios, tests::all_verbs());
    ASSERT_TRUE(checks) << checks.error().text();
    EXPECT_GE(checks->size(), 180U);
    for (const check& c : *checks) {
        EXPECT_FALSE(c.source.empty()) << c.id;
        EXPECT_FALSE(c.witnesses.empty()) << c.id;
    }
}

// No clause requires UserInfo to come after the validation of the ID Token. So a check may count a UserInfo request
// against the client only where the clause forbids the use of the access token.
TEST(catalogue, no_refusal_fails_because_userinfo_was_asked) {
    const auto checks = load_checks(scenarios, tests::all_verbs());
    ASSERT_TRUE(checks) << checks.error().text();
    for (const check& c : *checks) {
        for (const client_step& s : c.client_steps) {
            const bool judged =
                s.expect && std::count(s.expect->never.begin(), s.expect->never.end(), "userinfo") > 0;
            // In RP-TRES-02 the access token itself is faulty, and UserInfo is where it is used.
            EXPECT_TRUE(!judged || c.source.front() == "RFC 6749 §7.1" || c.id == "RP-TRES-02") << c.id;
        }
    }
}

TEST(selection, takes_ids_areas_and_clauses_below_one) {
    const auto checks = load_checks(scenarios, tests::all_verbs());
    ASSERT_TRUE(checks) << checks.error().text();
    const auto ids = [&](const std::string& selector) {
        std::vector<std::string> out;
        for (const check& c : select_checks(*checks, nullptr, {selector}).value_or(std::vector<check>{}))
            out.push_back(c.id);
        return out;
    };
    EXPECT_EQ(ids("AS-PKCE-02"), std::vector<std::string>{"AS-PKCE-02"});
    const auto area = ids("AS-PKCE");
    EXPECT_GT(area.size(), 5U);
    EXPECT_TRUE(std::all_of(area.begin(), area.end(), [](const auto& id) { return id.starts_with("AS-PKCE-"); }));
    const auto clause = ids("rfc7636/4.6");
    EXPECT_NE(std::find(clause.begin(), clause.end(), "AS-PKCE-02"), clause.end());
    EXPECT_GT(ids("rfc7636/4").size(), clause.size()) << "a clause holds those below it";
    EXPECT_TRUE(ids("rfc7636/4.60").empty());
}

}  // namespace
}  // namespace assay::harness
