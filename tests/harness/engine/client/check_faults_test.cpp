// What a check does wrong is known once its variant is: ${matrix.…} may be the fault itself.
#include "harness/engine/client/check_faults.hpp"

#include <gtest/gtest.h>

#include "data/yaml.hpp"
#include "harness/scenario/loader.hpp"
#include "tests/harness/verbs.hpp"

namespace assay::harness {
namespace {

check checked(const std::string& faults) {
    const auto d =
        yaml::parse("id: RP-NET-99\ntitle: t\nsource: [RFC 9112 §8]\nlevel: must\nwitness: { careless: timeout }\n" +
                        faults + "steps:\n  - sign_in: {}\n    expect: { outcome: rejected }\n",
                    "RP-NET-99.yaml");
    EXPECT_TRUE(d) << d.error().text();
    const auto c = load_check(*d, tests::all_verbs());
    EXPECT_TRUE(c) << c.error().text();
    return *c;
}

// As the mock lists them (GET /faults).
const fault_reaches& reaches() {
    static const fault_reaches known(json::array{json::object{{"name", "tcp_reset_after"}, {"reach", "wire"}},
                                                 json::object{{"name", "tcp_stall_after"}, {"reach", "slow"}},
                                                 json::object{{"name", "tls_expired"}, {"reach", "wire"}},
                                                 json::object{{"name", "http_status"}, {"reach", "wire"}},
                                                 json::object{{"name", "token_html"}, {"reach", "values"}}});
    return known;
}

// One letter a variant: o own origin, - none.
std::string own_origins(const check& c) {
    std::string out;
    for (const variant& v : variants(c)) out += reaches().needs_own_origin(faults_of(c, v)) ? 'o' : '-';
    return out;
}

TEST(check_faults, a_fault_of_connections_has_its_own_origin_wherever_it_stands) {
    EXPECT_EQ(own_origins(checked("fault: tcp_reset_after\n")), "o");
    EXPECT_EQ(own_origins(checked("fault: id_token_aud_wrong\n")), "-");
    EXPECT_EQ(own_origins(checked("fault: \"${matrix.how}\"\nmatrix: { how: [tcp_reset_after, token_html] }\n")),
              "o-");
    EXPECT_EQ(
        own_origins(checked("fault: { fault: \"${matrix.how}\" }\nmatrix: { how: [json_nest, tls_expired] }\n")),
        "-o");
    EXPECT_EQ(own_origins(checked("fault: [id_token_iat_old, \"${matrix.how}\"]\n"
                                  "matrix: { how: [{ fault: http_status, status: 500 }, token_html] }\n")),
              "o-");
}

TEST(check_faults, what_a_careful_client_waits_for_is_seen_in_any_variant) {
    EXPECT_TRUE(reaches().waits(
        checked("fault: \"${matrix.how}\"\nmatrix: { how: [tcp_reset_after, \"tcp_stall_after=5\"] }\n")));
    EXPECT_FALSE(
        reaches().waits(checked("fault: \"${matrix.how}\"\nmatrix: { how: [tcp_reset_after, tcp_short_body] }\n")));
}

TEST(check_faults, other_names_stay_and_a_second_issuer_is_seen) {
    const auto c = checked(
        "fault: { fault: id_token_member_set, members: { iss: \"${matrix.who}\" } }\n"
        "matrix: { who: [\"${issuer}/\", \"${other.issuer}\"] }\n");
    const auto all = variants(c);
    EXPECT_FALSE(names_other_issuer(faults_of(c, all[0])));
    EXPECT_TRUE(names_other_issuer(faults_of(c, all[1])));
    EXPECT_NE(json::format(faults_of(c, all[0])).find("${issuer}/"), std::string::npos);
}

}  // namespace
}  // namespace assay::harness
