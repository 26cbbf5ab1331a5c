// Dated sets of checks: a published set never changes.
#include "harness/scenario/frozen.hpp"

#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "harness/scenario/loader.hpp"
#include "tests/harness/verbs.hpp"
#include "tests/support/folder.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
const std::string scenarios = ASSAY_SOURCE_DIR "/scenarios";

// One line per set, added when it is published. If a line would have to change, a set was edited: undo that, and
// publish a new set.
const std::map<std::string, std::string> published{
    {"2026.11", "7a68f403e591790fe6c1966cb23650ace6df136ea901b64daf4d731ea2c09850"},
    {"2026.11.27", "f676aeb9e027d7d8a5dbf72e945c8a20545548d36fd70d9891e4625813fb15ca"},
    {"2026.11.29", "f1016d09061d29edae2aaa745cd1c47bde5c6d6e169a1b066716cb60190cd429"},
};

TEST(frozen, what_was_published_is_still_the_same) {
    std::size_t sets = 0;
    for (const auto& file : fs::directory_iterator(scenarios + "/frozen")) {
        const std::string name = file.path().stem().string();
        const auto sum = checksum_of_frozen(file.path().string());
        ASSERT_TRUE(sum) << sum.error().text();
        ASSERT_TRUE(published.contains(name))
            << name << " is new; publish it with the line {\"" << name << "\", \"" << *sum << "\"} above";
        EXPECT_EQ(published.at(name), *sum) << name << " was edited after it was published";
        ++sets;
    }
    EXPECT_EQ(sets, published.size());
}

TEST(frozen, every_set_names_checks_that_are_there_or_were_withdrawn) {
    const auto all = load_checks(scenarios, tests::all_verbs());
    ASSERT_TRUE(all) << all.error().text();
    for (const auto& [name, sum] : published) {
        const auto set = load_frozen(scenarios, name, *all);
        ASSERT_TRUE(set) << set.error().text();
        EXPECT_FALSE(set->levels.empty());
    }
    const auto none = load_frozen(scenarios, "1999.01", *all);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().text().find("2026.11"), std::string::npos) << none.error().text();
}

class frozen_folder : public testing::Test {
protected:
    void write(const std::string& name, const std::string& text) const { tests::write(own_ / name, text); }

    tests::folder own_;
    const std::string folder_ = own_.name();
};

check named(std::string id) {
    check c;
    c.id = std::move(id);
    c.level = reports::level::must;
    return c;
}

TEST_F(frozen_folder, a_check_that_is_no_more_is_told_with_its_reason) {
    write("frozen/2020.01.yaml", "id: \"2020.01\"\nchecks:\n  AS-A-01: should\n  AS-A-02: must\n");
    const auto unknown = load_frozen(folder_, "2020.01", {named("AS-A-01")});
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().text().find("2020.01.yaml:4:3"), std::string::npos) << unknown.error().text();
    write("withdrawn.yaml", "withdrawn: { AS-A-02: the clause binds the client }\n");
    const auto set = load_frozen(folder_, "2020.01", {named("AS-A-01")});
    ASSERT_TRUE(set) << set.error().text();
    EXPECT_EQ(set->levels, (std::map<std::string, reports::level>{{"AS-A-01", reports::level::should}}));
    EXPECT_EQ(set->withdrawn, std::vector<std::string>{"AS-A-02: the clause binds the client"});
}

TEST_F(frozen_folder, a_comment_may_change_and_a_row_may_not) {
    const std::string file = folder_ + "/frozen/2020.01.yaml";
    write("frozen/2020.01.yaml", "id: \"2020.01\"\nchecks:\n  AS-A-01: should\n");
    const auto before = checksum_of_frozen(file);
    write("frozen/2020.01.yaml", "# So it was.\nid: \"2020.01\"\nchecks:\n  AS-A-01: should\n");
    EXPECT_EQ(before.value(), checksum_of_frozen(file).value());
    write("frozen/2020.01.yaml", "id: \"2020.01\"\nchecks:\n  AS-A-01: must\n");
    EXPECT_NE(before.value(), checksum_of_frozen(file).value());
    write("frozen/2020.01.yaml", "id: \"2020.01\"\nchecks:\n  AS-A-01: should\n  AS-A-02: must\n");
    EXPECT_NE(before.value(), checksum_of_frozen(file).value());
}

TEST(frozen, what_is_written_says_ids_and_levels) {
    check c = named("AS-A-01");
    c.level = reports::level::should;
    const std::string text = format_frozen("2026.11", {c});
    EXPECT_NE(text.find("id: \"2026.11\""), std::string::npos) << text;
    EXPECT_NE(text.find("\n  AS-A-01: should\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace assay::harness
