// The words of `needs` and `capabilities` are all in one table, and nothing uses other words.
#include "harness/scenario/capability_words.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "harness/scenario/loader.hpp"
#include "tests/harness/verbs.hpp"

namespace assay::harness {
namespace {

result<std::vector<std::string>> loaded(const std::string& text, side s) {
    const auto d = yaml::parse(text, "server.yaml");
    EXPECT_TRUE(d) << d.error().text();
    return load_capabilities(*d, *d->root.find("capabilities"), s);
}

TEST(capability_words, are_sorted_and_stand_there_once) {
    const auto rows = capability_rows();
    for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_LT(rows[i - 1].name, rows[i].name);
    for (const capability_row& row : rows) EXPECT_FALSE(row.server.empty() && row.client.empty()) << row.name;
}

TEST(capability_words, are_all_asked_for_by_some_check) {
    const auto checks = load_checks(ASSAY_SOURCE_DIR "/scenarios", tests::all_verbs());
    ASSERT_TRUE(checks) << checks.error().text();
    std::set<std::string> server, client;
    for (const check& c : *checks) (c.is_client ? client : server).insert(c.needs.begin(), c.needs.end());
    // A property of applications, and a server's word that a step uses only by ${capability.…}.
    client.insert("single_issuer");
    server.insert("pkce.plain");
    for (const capability_row& row : capability_rows()) {
        EXPECT_EQ(!row.server.empty(), server.contains(std::string(row.name))) << row.name;
        EXPECT_EQ(!row.client.empty(), client.contains(std::string(row.name))) << row.name;
    }
}

TEST(capability_words, an_unknown_one_is_an_error_at_its_place) {
    const auto bad = loaded("capabilities: [consent, rotaton]\n", side::server);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().where, "server.yaml:1:25");
    EXPECT_EQ(bad.error().message, "a server has no capability 'rotaton'; did you mean 'rotation'?");
    EXPECT_TRUE(loaded("capabilities: [consent, rotation]\n", side::server));
}

TEST(capability_words, a_word_of_the_other_side_is_none_of_this_one) {
    const auto bad = loaded("capabilities: consent\n", side::client);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message, "a client has no capability 'consent'; see `assay list capabilities`");
}

TEST(capability_words, of_a_dialect_are_capabilities_of_a_server) {
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/mock_server/dialects")) {
        if (file.path().extension() != ".yaml") continue;  // there is code in the same folder
        const auto d = yaml::read_file(file.path().string());
        ASSERT_TRUE(d) << d.error().text();
        const yaml::node* n = d->root.find("capabilities");
        if (n == nullptr) continue;
        const auto list = load_capabilities(*d, *n, side::server);
        EXPECT_TRUE(list) << list.error().text();
        ++files;
    }
    EXPECT_GE(files, 2U);
}

TEST(capability_words, of_clients_are_explained_to_those_who_write_an_adapter) {
    std::ifstream in(ASSAY_SOURCE_DIR "/clients/README.md");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (const capability_row& row : capability_rows()) {
        // Those that depend on a configuration are in the table of configurations.
        if (!row.client.empty() && !row.client.starts_with("a configuration")) {
            EXPECT_NE(text.find("`" + std::string(row.name) + "`"), std::string::npos) << row.name;
        }
    }
}

}  // namespace
}  // namespace assay::harness
