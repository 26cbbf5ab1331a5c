// Each rule holds in this repository, and each rule finds its violation in a sample tree.
#include <initializer_list>

#include <gtest/gtest.h>

#include "tests/tidy/rules.hpp"

namespace assay::tidy {
namespace {

const tree& repository() {
    static const tree files = read_tree(ASSAY_SOURCE_DIR);
    return files;
}

using rule = findings (*)(const tree&);

struct sample {
    std::string_view name;
    rule check;
    tree bad;
    std::size_t expected;  // findings in `bad`
    tree good;
};

std::ostream& operator<<(std::ostream& out, const sample& s) {
    return out << s.name;
}

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

std::vector<sample> include_samples() {
    return {
        {"arrows",
         check_arrows,
         {{"data/a.cpp", "#include \"oauth/pkce.hpp\"\n"},
          {"mock_server/issuer/a.cpp", "#include \"harness/engine/server/run.hpp\"\n"},
          {"mock_server/request/a.cpp", "#include \"mock_server/endpoints/endpoints.hpp\"\n"},
          {"mock_server/rules/a.cpp", "#include \"mock_server/dialects/dialect.hpp\"\n"},
          {"mock_server/a.cpp", ""},
          {"harness/engine/server/a.cpp", "#include \"mock_server/issuer/issuer.hpp\"\n"},
          {"harness/engine/client/a.cpp", "#include \"harness/engine/server/run.hpp\"\n"},
          {"harness/engine/a.cpp", ""},
          {"oauth/a.cpp", "#include \"pkce.hpp\"\n"},
          {"elsewhere/a.cpp", ""}},
         10,
         {{"http/a.cpp", "#include \"http/url.hpp\"\n#include \"data/json.hpp\"\n#include <vector>\n"},
          {"mock_server/request/a.cpp", "#include \"mock_server/issuer/issuer.hpp\"\n#include \"http/url.hpp\"\n"},
          {"mock_server/observe/diagnosis/a.cpp", "#include \"mock_server/observe/journal.hpp\"\n"},
          {"harness/cli/run/a.cpp",
           "#include \"harness/engine/server/run.hpp\"\n#include \"mock_server/issuer/issuer.hpp\"\n"},
          {"tests/mock_server/store/a.cpp", "#include \"mock_server/issuer/issuer.hpp\"\n"}}},
        {"third_party",
         check_third_party,
         {{"oauth/jwt.cpp", "#include <nlohmann/json.hpp>\n"},
          {"http/server.cpp", "#include <boost/url/parse.hpp>\n"},
          {"mock_server/a.cpp", "#include <openssl/evp.h>\n"},
          {"data/a.cpp", "#include <stranger.hpp>\n"},
          {"harness/engine/core/a.cpp", "#include <re2/re2.h>\n"}},
         5,
         {{"data/json.cpp", "#include <nlohmann/json.hpp>\n#include <string>\n#include <fmt/format.h>\n"},
          {"http/server.cpp", "#include <boost/beast/core.hpp>\n#include <openssl/ssl.h>\n"},
          {"http/url.cpp", "#include <boost/url/parse.hpp>\n"}}},
        {"standard_headers",
         check_standard_headers,
         {{"data/a.cpp", "#include <vector>\nlong n = std::count(b, e, 1) + std::max(1, 2);\n"},
          {"data/b.cpp", "#include \"data/c.hpp\"\nstd::optional<int> o;\nstd::mutex m;\n"},
          {"data/c.hpp", "#include <optional>\n"}},
         2,
         {{"data/a.cpp", "#include <algorithm>\nlong n = std::count(b, e, 1);  // std::map\n"},
          {"data/b.cpp", "#include \"data/c.hpp\"\nstd::optional<int> o;\nstd::string_view s;\n"},
          {"data/c.hpp", "#include <optional>\n"}}},
    };
}

std::vector<sample> shape_samples() {
    const std::string lines61 = repeated("    f();\n", 59);
    const std::string lines60 = repeated("    f();\n", 58);
    return {
        {"file_length",
         check_file_length,
         {{"data/a.cpp", repeated("\n", 401)}},
         1,
         {{"data/a.cpp", repeated("\n", 400)}}},
        {"function_length",
         check_function_length,
         {{"data/a.cpp", "namespace a {\nresult<int> g(int a,\n    int b) {\n" + lines61 + "}\n}  // namespace a\n"},
          {"data/b.hpp", "struct s {\n    enum kind kind() const {\n" + lines61 + "    }\n};\n"}},
         2,
         {{"data/a.cpp", "namespace a {\nresult<int> g(int a) {\n" + lines60 + "}\n}  // namespace a\n"},
          {"data/b.cpp", "const std::array<int, 3> table{{\n" + repeated("    {1, \"{(\"},\n", 90) + "}};\n"},
          {"data/d.cpp", "const std::array<int, f(3)> t{{\n" + repeated("    {1},\n", 90) + "}};\n"},
          {"data/c.hpp", "template <class T>\nclass s {\n" + repeated("    int f();\n", 90) + "};\n"}}},
        {"dead_files",
         check_dead_files,
         {{"data/a.cpp", ""},
          {"data/b.hpp", ""},
          {"mock_server/endpoints/t.cpp", ""},
          {"mock_server/CMakeLists.txt", "assay_room(m SOURCES endpoints/t.cpp.in)"},
          {"data/CMakeLists.txt", "assay_room(data SOURCES aa.cpp)"}},
         3,
         {{"data/a.cpp", "#include \"data/b.hpp\"\n"},
          {"data/b.hpp", ""},
          {"mock_server/endpoints/t.cpp", ""},
          {"mock_server/keys/k.cpp", ""},
          {"mock_server/CMakeLists.txt", "file(GLOB e endpoints/*.cpp)\nassay_room(m SOURCES ${e} keys/k.cpp)"},
          {"data/CMakeLists.txt", "assay_room(data SOURCES a.cpp)"}}},
        {"words",
         check_words,
         {{"data/a.cpp", std::string("// TO") + "DO later\n"},
          {"docs/a.md", std::string("see /wo") + "rk/x\n"},
          {"docs/b.md", std::string("see /ro") + "ot/x\n"},
          {"tests/b.cpp", std::string("testing::Temp") + "Dir() + \"b\";\n"}},
         4,
         {{"data/a.cpp", std::string("int todo; // TO") + "DOS\n"},
          {"docs/a.md", std::string("tests/wo") + "rk/x\n"}}},
    };
}

std::vector<sample> coroutine_samples() {
    return {
        {"co_await",
         check_co_await,
         {{"http/a.cpp", "awaitable<void> f() {\n    co_await g({1, 2});\n}\n"},
          {"http/b.cpp", "awaitable<void> f() {\n    if (co_await g()) {\n        h();\n    }\n}\n"},
          {"http/c.cpp", "awaitable<void> f() {\n    while (co_await g()) h();\n}\n"},
          {"http/d.cpp", "awaitable<void> f() {\n    auto x = result{co_await g()};\n}\n"},
          {"http/e.cpp", "awaitable<void> f() {\n    co_await g([] { return 1; });\n}\n"},
          {"http/f.cpp", "awaitable<void> f() {\n    point p{1};\n    h(point{2}, co_await g());\n}\n"}},
         6,
         {{"http/a.cpp",
           "awaitable<void> f() {\n    auto x = co_await g();  // {\n    if (x) co_await h(\"{\");\n}\n"},
          {"http/b.cpp",
           "void f() {\n    co_spawn(c, [&]() -> awaitable<void> {\n        co_await g();\n    }, detached);\n}\n"},
          {"http/c.cpp",
           "awaitable<void> f() {\n    for (;;) {\n        {\n            co_await g();\n        }\n    }\n}\n"},
          {"http/d.cpp",
           "awaitable<void> f() {\n    const point p{1};\n    co_await g(p);\n    point q = {1};\n}\n"}}},
    };
}

std::vector<sample> data_samples() {
    const source_file check{"scenarios/server/pkce/AS-PKCE-01.yaml", "id: AS-PKCE-01\nwitness: { defect: x }\n"};
    const std::string reason = "{ check: AS-PKCE-01, reason: its own }";
    return {
        {"catalogue",
         check_catalogue,
         {check,
          {"scenarios/server/other/AS-PKCE-01.yaml", "id: AS-PKCE-01\nwitness: { defect: x }\n"},
          {"scenarios/server/pkce/AS-PKCE-02.yaml", "id: AS-PKCE-03\nwitness: { defect: x }\n"},
          {"scenarios/server/pkce/AS-PKCE-04.yaml", "id: AS-PKCE-04\n"},
          {"scenarios/server/pkce/AS-PKCE-05.yaml", "id: AS-PKCE-05\nid: AS-PKCE-05\n"},
          {"scenarios/client/pkce/AS-PKCE-06.yaml", "id: AS-PKCE-06\nwitness: { defect: x }\n"}},
         5,
         {check, {"scenarios/client/state/RP-STATE-01.yaml", "id: RP-STATE-01\nwitness: { careless: state }\n"}}},
        {"profiles",
         check_profiles,
         {check, {"scenarios/profiles/p.yaml", "checks:\n  - AS-PKCE-01\n  - { check: AS-PKCE-09 }\n"}},
         1,
         {check, {"scenarios/profiles/p.yaml", "name: p\nchecks: [AS-PKCE-01]\n"}}},
        {"known_rows",
         check_known_rows,
         {check,
          {"scenarios/profiles/p.yaml", "known:\n  polar:\n    - { check: AS-PKCE-01 }\n"},
          {"clients/c/client.yaml", "known:\n  - { check: RP-GONE-01, reason: '' }\n"}},
         3,
         {check,
          {"scenarios/profiles/p.yaml", "known:\n  polar: [" + reason + "]\nchecks: [{ check: AS-PKCE-01 }]\n"},
          {"clients/c/client.yaml", "known: [" + reason + "]\n"}}},
    };
}

// A check file called `name`, with these lines.
source_file clause(const std::string& side, const std::string& name, const std::string& lines) {
    return {"scenarios/" + side + "/x/" + name + ".yaml", "id: " + name + "\n" + lines};
}

std::vector<sample> clause_samples() {
    const std::string rfc = "source: [RFC 6749 §5.1]\n";
    const std::string server = "binds: authorization_server\n";
    return {
        {"clauses",
         check_clauses,
         {clause("server", "AS-X-01", rfc + server + "level: must\nsays: the server must not, and is not MUSTY\n"),
          clause("server", "AS-X-02", rfc + server + "level: should\nsays: it MAY\n"),
          clause("server", "AS-X-03", rfc + "binds: [client, relying_party]\nlevel: must\nsays: The client MUST\n"),
          clause("client", "RP-X-04", rfc + server + "level: must\nsays: it MUST\n"),
          {"scenarios/profiles/p.yaml",
           "checks:\n  - { id: AS-X-01, level: must, source: RFC 9700 §2, says: it SHOULD }\n"}},
         5,
         {clause("server", "AS-X-01", rfc + "binds: [client, recipient]\nlevel: must\nsays: they MUST NOT\n"),
          clause("server", "AS-X-02", rfc + server + "level: should\nsays: it is RECOMMENDED\n"),
          clause("server", "AS-X-03", rfc + "binds: client\nlevel: info\nsays: The client MUST\n"),
          clause("server", "AS-X-04", rfc + server + "level: should\nsays: it MUST, unless it knows better\n"),
          clause("server", "AS-X-05", "source: [Polar connect]\n" + server + "level: must\nsays: it is required\n"),
          {"scenarios/profiles/p.yaml",
           "checks:\n  - AS-X-03\n  - { id: AS-X-01, level: should, source: RFC 9700 §2, says: it SHOULD }\n"}}},
    };
}

std::vector<sample> all_samples() {
    std::vector<sample> all;
    for (auto* group : {include_samples, shape_samples, coroutine_samples, data_samples, clause_samples}) {
        for (sample& s : group()) all.push_back(std::move(s));
    }
    return all;
}

class tidy : public testing::TestWithParam<sample> {};

TEST_P(tidy, holds) {
    for (const finding& f : GetParam().check(repository())) ADD_FAILURE() << f;
}

TEST_P(tidy, sees_a_bad_sample) {
    const findings found = GetParam().check(GetParam().bad);
    EXPECT_EQ(found.size(), GetParam().expected) << testing::PrintToString(found);
}

TEST_P(tidy, passes_a_good_sample) {
    const findings found = GetParam().check(GetParam().good);
    EXPECT_TRUE(found.empty()) << testing::PrintToString(found);
}

INSTANTIATE_TEST_SUITE_P(rules, tidy, testing::ValuesIn(all_samples()),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(tidy_tree, reads_the_sources) {
    EXPECT_NE(find(repository(), "tests/tidy/tidy_test.cpp"), nullptr);
    EXPECT_NE(find(repository(), "data/json.hpp"), nullptr);
    for (const source_file& file : repository()) EXPECT_EQ(file.path.find("node_modules"), std::string::npos);
}

TEST(tidy_tree, blanks_comments_and_literals) {
    EXPECT_EQ(code_of("a /* { */ \"}\\\"\" '{' // }\nb"), "a         \"   \" ' '     \nb");
    EXPECT_EQ(code_of("x = R\"y({)\" )y\"; 1'000"), "x =            ; 1'000");
}

}  // namespace
}  // namespace assay::tidy
