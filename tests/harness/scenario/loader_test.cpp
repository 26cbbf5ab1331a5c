#include "harness/scenario/loader.hpp"

#include <gtest/gtest.h>

#include "tests/harness/verbs.hpp"

namespace assay::harness {
namespace {

result<check> loaded(const std::string& text) {
    const auto d = yaml::parse(text, "AS-PKCE-02.yaml");
    if (!d) return fail(d.error());
    return load_check(*d, tests::all_verbs());
}

constexpr const char* head =
    "id: AS-PKCE-02\ntitle: T\nsource: [RFC 7636 §4.6]\nlevel: must\n"
    "witness: { defect: token.code_verifier_matches }\n";

TEST(loader, reads_a_check_of_ten_lines) {
    const auto c = loaded(std::string(head) +
                          "matrix: { client: [public, confidential] }\n"
                          "steps:\n"
                          "  - authorize: { client: \"${matrix.client}\", scope: openid }\n"
                          "    save: { code: query.code }\n"
                          "  - token: { code: \"${code}\", code_verifier: !absent }\n"
                          "    expect: { status: 400, json: { error: invalid_grant, access_token: !absent } }\n");
    ASSERT_TRUE(c) << c.error().text();
    EXPECT_EQ(c->id, "AS-PKCE-02");
    EXPECT_EQ(variants(*c).size(), 2U);
    ASSERT_EQ(c->steps.size(), 2U);
    EXPECT_EQ(c->steps[0].save.size(), 1U);
    EXPECT_EQ(c->proof_dialects(), std::vector<std::string>{"strict"});
}

TEST(loader, names_the_place_and_the_nearest_word) {
    const struct {
        const char *steps, *place, *hint;
    } rows[] = {
        {"steps:\n  - tokn: {}\n", ":7:5", "token"},
        {"steps:\n  - token: { pkse: S256 }\n", ":7:", ""},
        {"steps:\n  - token: {}\n    expekt: { status: 400 }\n", ":8:5", "expect"},
        {"steps:\n  - token: {}\n    expect: { staus: 400 }\n", ":8:15", "status"},
        {"steps: []\n", ":6:", "steps"},
        {"steps:\n  - token: { over: htp }\n", ":7:20", "http"},
        {"steps:\n  - handshake: { version: [TLSv1] }\n", ":7:18", "versions"},
        {"steps:\n  - handshake: { versions: [TLSv1.2, TLS1.3] }\n", ":7:38", "TLSv1.3"},
        {"steps:\n  - token: { ciphers: eNULL }\n", ":7:14", "no meaning under 'token'"},
    };
    for (const auto& row : rows) {
        const auto c = loaded(std::string(head) + row.steps);
        if (std::string(row.steps).find("pkse") != std::string::npos) {
            EXPECT_TRUE(c) << "a token parameter may have any name";
            continue;
        }
        ASSERT_FALSE(c) << row.steps;
        EXPECT_NE(c.error().text().find(row.place), std::string::npos) << c.error().text();
        EXPECT_NE(c.error().text().find(row.hint), std::string::npos) << c.error().text();
    }
}

TEST(loader, reads_the_sentence_of_the_clause_and_whom_it_binds) {
    const std::string steps = "steps:\n  - token: {}\n";
    const auto c =
        loaded(std::string(head) + "says: the server MUST refuse …\nbinds: authorization_server\n" + steps);
    ASSERT_TRUE(c) << c.error().text();
    EXPECT_EQ(c->says, "the server MUST refuse …");
    EXPECT_EQ(c->binds, std::vector<std::string>{"authorization_server"});

    const struct {
        const char *keys, *place, *hint;
    } rows[] = {
        {"says: MUST\nbinds: [client, authorisation_server]\n", ":7:17", "authorization_server"},
        {"says: MUST\nbinds: []\n", ":7:8", "at least one"},
        {"says: MUST\n", ":6:7", "binds"},
        {"binds: client\n", ":6:8", "says"},
        {"says: ''\nbinds: client\n", ":6:7", "quotes"},
    };
    for (const auto& row : rows) {
        const auto wrong = loaded(std::string(head) + row.keys + steps);
        ASSERT_FALSE(wrong) << row.keys;
        EXPECT_NE(wrong.error().text().find(row.place), std::string::npos) << wrong.error().text();
        EXPECT_NE(wrong.error().text().find(row.hint), std::string::npos) << wrong.error().text();
    }
}

TEST(loader, refuses_a_variable_that_nothing_saves) {
    const auto c =
        loaded(std::string(head) + "steps:\n  - token: { code: \"${coed}\" }\n    expect: { status: 400 }\n");
    EXPECT_FALSE(c) << "a misspelt variable would be an empty parameter";
}

}  // namespace
}  // namespace assay::harness
