#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "reports/writers.hpp"
#include "tests/support/folder.hpp"

namespace assay::tests {
namespace {

namespace fs = std::filesystem;

class write_file : public testing::Test {
protected:
    std::string path(const std::string& name) const { return folder_.file(name); }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_.name()), fs::directory_iterator{}));
    }
    static std::string content(const std::string& path) { return text_of(path); }

    folder folder_;
};

TEST_F(write_file, makes_and_replaces_and_leaves_nothing_else) {
    ASSERT_TRUE(reports::write_file(path("a.json"), "one"));
    ASSERT_TRUE(reports::write_file(path("a.json"), "two"));
    EXPECT_EQ(content(path("a.json")), "two");
    EXPECT_EQ(files(), 1U);
}

TEST_F(write_file, follows_a_link) {
    ASSERT_TRUE(reports::write_file(path("real"), "one"));
    fs::create_symlink(path("real"), path("link"));
    ASSERT_TRUE(reports::write_file(path("link"), "two"));
    EXPECT_TRUE(fs::is_symlink(path("link")));
    EXPECT_EQ(content(path("real")), "two");
}

TEST_F(write_file, says_what_to_do_about_a_full_disk) {
    // Writing to /dev/full fails with ENOSPC, as on a full disk.
    const auto written = reports::write_file("/dev/full", "text");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, errc::environment);
    EXPECT_EQ(written.error().message,
              "cannot write /dev/full: No space left on device; free some space or write to another disk");
}

TEST_F(write_file, says_what_to_do_about_a_missing_folder) {
    const auto written = reports::write_file(path("none/a.json"), "text");
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("make the folder first"), std::string::npos);
}

TEST_F(write_file, refuses_a_folder) {
    const auto written = reports::write_file(folder_.name(), "text");
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("name a file, not a folder"), std::string::npos);
}

TEST_F(write_file, says_what_to_do_without_permission) {
    fs::permissions(folder_.name(), fs::perms::owner_read | fs::perms::owner_exec);
    const bool root = ::geteuid() == 0;  // root may write anywhere, so another user id is taken for this call
    constexpr uid_t nobody = 65534;
    const bool became = !root || ::seteuid(nobody) == 0;
    const auto written = reports::write_file(path("a.json"), "text");
    const bool back = !root || ::seteuid(0) == 0;
    fs::permissions(folder_.name(), fs::perms::owner_all);
    ASSERT_TRUE(became && back);
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("choose a folder that you may write to"), std::string::npos);
}

}  // namespace
}  // namespace assay::tests
