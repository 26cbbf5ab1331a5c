#include "data/file_tree.hpp"

#include <array>

#include <gtest/gtest.h>

#include "tests/support/folder.hpp"

namespace assay {
namespace {

constexpr std::array<embedded_file, 5> in_program{{
    {"clients/two/client.yaml", "name: two\n"},
    {"clients/one/client.yaml", "name: one\n"},
    {"clients/one/src/client.yaml", "name: none\n"},
    {"clients/README.md", "# Clients\n"},
    {"clients.yaml", "not below clients/\n"},
}};

class trees : public testing::Test {
protected:
    trees() {
        for (const embedded_file& f : in_program) tests::write(folder_ / std::string(f.name), std::string(f.text));
    }
    tests::folder folder_;
    const file_tree on_disk_{folder_.name()};
    const file_tree embedded_{in_program};
};

TEST_F(trees, are_read_in_the_same_way) {
    for (const file_tree& root : {on_disk_, embedded_}) {
        const file_tree clients = root / "clients";
        EXPECT_EQ(clients.files(".yaml"),
                  (std::vector<std::string>{"one/client.yaml", "one/src/client.yaml", "two/client.yaml"}));
        EXPECT_EQ(clients.stems("/client.yaml"), (std::vector<std::string>{"one", "one/src", "two"}));
        EXPECT_EQ(clients.folders_with("client.yaml"), (std::vector<std::string>{"one", "two"}));
        EXPECT_TRUE(clients.has_file("README.md"));
        EXPECT_FALSE(clients.has_file("one"));
        EXPECT_FALSE(clients.has_file("READ"));
        EXPECT_EQ((clients / "one").read("client.yaml").value(), "name: one\n");
        EXPECT_EQ((root / "clients/two").read_yaml("client.yaml").value().root.find("name")->scalar, "two");
        const auto missing = clients.read("three/client.yaml");
        ASSERT_FALSE(missing);
        EXPECT_EQ(missing.error().code, errc::not_found);
    }
}

TEST_F(trees, say_where_they_are) {
    EXPECT_EQ((on_disk_ / "clients").path(), folder_.name() + "/clients");
    EXPECT_TRUE(on_disk_.on_disk());
    EXPECT_EQ((embedded_ / "clients").path(), "clients in the program");
    EXPECT_FALSE((embedded_ / "clients").on_disk());
}

TEST_F(trees, name_the_place_of_a_mistake) {
    tests::write(folder_ / "bad.yaml", "a: [1\n");
    const auto d = on_disk_.read_yaml("bad.yaml");
    ASSERT_FALSE(d);
    EXPECT_TRUE(d.error().where.starts_with(folder_.name() + "/bad.yaml:")) << d.error().where;
}

TEST_F(trees, do_not_enter_what_package_managers_installed) {
    tests::write(folder_ / "clients/one/node_modules/x/x.yaml", "x: 1\n");
    tests::write(folder_ / "clients/one/.venv/x.yaml", "x: 1\n");
    std::filesystem::create_directory_symlink(folder_ / "clients/one", folder_ / "clients/again");
    EXPECT_EQ((on_disk_ / "clients").files(".yaml").size(), 3U);
    std::filesystem::create_symlink(folder_ / "clients/one/client.yaml", folder_ / "clients/linked.yaml");
    EXPECT_EQ((on_disk_ / "clients").files(".yaml").size(), 4U) << "a check that is a link must not get lost";
}

TEST_F(trees, that_do_not_exist_hold_nothing) {
    const file_tree none = on_disk_ / "nothing";
    EXPECT_TRUE(none.files("").empty());
    EXPECT_TRUE(none.folders_with("client.yaml").empty());
    EXPECT_FALSE(none.read("x"));
}

}  // namespace
}  // namespace assay
