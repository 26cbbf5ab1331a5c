// Which validations a client leaves out to keep only one.
#include "harness/engine/client/mask_search.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "harness/relying_party/mutants.hpp"
#include "harness/scenario/loader.hpp"
#include "tests/harness/verbs.hpp"

namespace assay::harness {
namespace {

bool has(const std::vector<std::string>& list, const char* name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

std::vector<std::string> left_out(const std::vector<check>& all, const std::string& id) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const check& c) { return c.id == id; });
    return at == all.end() ? std::vector<std::string>{"no such check"} : everything_but(*at);
}

TEST(mask_search, leaves_out_all_validations_but_those_the_check_is_about) {
    const auto all = load_checks(ASSAY_SOURCE_DIR "/scenarios", tests::all_verbs());
    ASSERT_TRUE(all) << all.error().text();
    const auto aud = left_out(*all, "RP-IDT-04");
    EXPECT_TRUE(has(aud, "iss") && has(aud, "signature") && has(aud, "at_hash"));
    EXPECT_FALSE(has(aud, "aud"));
    const auto unsigned_token = left_out(*all, "RP-IDT-20");
    EXPECT_TRUE(has(unsigned_token, "at_hash"));
    EXPECT_FALSE(has(unsigned_token, "signature")) << "who verifies nothing has no use for alg";
    EXPECT_TRUE(left_out(*all, "RP-IDT-27").empty()) << "this one must be accepted";
    EXPECT_TRUE(left_out(*all, "RP-TRES-27").empty()) << "its witness is a crash, and no validation";
}

TEST(mask_search, names_duties_that_exist) {
    const auto all = load_checks(ASSAY_SOURCE_DIR "/scenarios", tests::all_verbs());
    ASSERT_TRUE(all) << all.error().text();
    std::size_t searched = 0;
    for (const check& c : *all) {
        const auto others = everything_but(c);
        const auto known = mutant::from_names(others);
        EXPECT_TRUE(known) << c.id << ": " << (known ? "" : known.error().text());
        if (!others.empty()) ++searched;
    }
    EXPECT_GT(searched, 60U);
}

// Every check whose fault a client must refuse has a mask search: a client with only the check's validation refuses
// the fault (`assay prove` runs it), and a client with all others, the witness, does not. No other validation could
// detect the fault where an answer cannot be read at all, or where the refusal is that nothing is sent twice.
TEST(mask_search, passes_over_no_must_but_those_that_nothing_can_mask) {
    const auto all = load_checks(ASSAY_SOURCE_DIR "/scenarios", tests::all_verbs());
    ASSERT_TRUE(all) << all.error().text();
    const std::set<std::string> alone{"malformed_jwt", "json_body", "null_members", "error_missing", "code_once"};
    for (const check& c : *all) {
        if (!c.is_client || c.level != reports::level::must || !c.asks_for_refusal() || !everything_but(c).empty())
            continue;
        for (const witness& w : c.witnesses) EXPECT_TRUE(alone.contains(w.mutant)) << c.id << ": " << w.mutant;
    }
}

}  // namespace
}  // namespace assay::harness
