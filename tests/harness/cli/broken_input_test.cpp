// A mistake in a file is reported with file, line and column, and with the nearest valid word.
#include <algorithm>

#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

struct broken {
    const char* what;
    const char* find;
    const char* replace;
    const char* place;  // "file:line:column"
    const char* hint;
};

constexpr broken table[] = {
    {"unknown key", "level: must", "levle: must", "AS-DISC-01.yaml:4:1", "level"},
    {"unknown level", "level: must", "level: msut", "AS-DISC-01.yaml:4:8", "must"},
    {"unknown verb", "- discover:", "- discovr:", "AS-DISC-01.yaml:7:5", "discover"},
    {"unknown matcher", "status: 200", "status: !oneof [200]", "AS-DISC-01.yaml:8:23", "one_of"},
    {"key given twice", "level: must", "level: must\nlevel: should", "AS-DISC-01.yaml:5:1", "level"},
    {"no witness", "witness: { fault: metadata_status }\n", "", "AS-DISC-01.yaml:1:1", "witness"},
    {"not YAML", "level: must", "level: [must", "AS-DISC-01.yaml:", ""},
    {"another id than the file", "id: AS-DISC-01", "id: AS-DISC-02", "AS-DISC-01.yaml:1:5", "AS-DISC-02"},
};

TEST(broken_check, is_refused_with_its_place_and_the_nearest_word) {
    for (const broken& b : table) {
        std::string text = good_check;
        const std::size_t at = text.find(b.find);
        ASSERT_NE(at, std::string::npos) << b.what;
        text.replace(at, std::string_view(b.find).size(), b.replace);
        const folder here;
        write(here / "data/scenarios/server/disc/AS-DISC-01.yaml", text);
        const ended e = assay(here, "run --data data");
        EXPECT_EQ(e.code, 2) << b.what << ": " << e.err;
        EXPECT_NE(e.err.find(b.place), std::string::npos) << b.what << ": " << e.err;
        EXPECT_NE(e.err.find(b.hint), std::string::npos) << b.what << ": " << e.err;
        EXPECT_EQ(std::count(e.err.begin(), e.err.end(), '\n'), 1) << b.what << ": " << e.err;
    }
}

// No sign-in has happened, so there is no browser with cookies.
TEST(broken_check, asks_for_a_cookie_before_there_is_a_browser) {
    std::string text = good_check;
    const std::size_t line = text.find("expect:");
    ASSERT_NE(line, std::string::npos);
    text.insert(line, "save: { x: cookie.assay_session }\n    ");
    const folder here;
    write(here / "data/scenarios/server/disc/AS-DISC-01.yaml", text);
    const ended e = assay(here, "run --data data");
    EXPECT_EQ(e.code, 0) << e.out << e.err;
}

TEST(broken_check, does_not_stand_in_the_way_of_nothing_being_there) {
    const folder here;
    fs::create_directories(here / "data/scenarios");
    const ended e = assay(here, "run --data data");
    EXPECT_EQ(e.code, 2) << e.err;
}

TEST(broken_server_file, is_refused_with_its_place) {
    const folder here;
    write(here / "server.yaml", "issuer: http://127.0.0.1:1\nclinets: {}\n");
    const ended e = assay(here, "run --server server.yaml --select AS-DISC-01");
    EXPECT_EQ(e.code, 2) << e.err;
    EXPECT_NE(e.err.find("server.yaml:2:1"), std::string::npos) << e.err;
    EXPECT_NE(e.err.find("clients"), std::string::npos) << e.err;
}

TEST(broken_client_file, is_refused_with_its_place) {
    const folder here;
    write(here / "mine/client.yaml", "name: mine\nlibary: x\n");
    const ended e = assay(here, "run --client ./mine --select RP-CB-01");
    EXPECT_EQ(e.code, 2) << e.err;
    EXPECT_NE(e.err.find("client.yaml:2:1"), std::string::npos) << e.err;
    EXPECT_NE(e.err.find("library"), std::string::npos) << e.err;
}

}  // namespace
}  // namespace assay::cli_tests
