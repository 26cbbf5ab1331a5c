// Mistakes in a server file: a wrong name is reported with its place.
#include "harness/engine/server/server_file.hpp"

#include <string>

#include <gtest/gtest.h>

#include "data/yaml.hpp"

namespace assay::harness {
namespace {

result<server_spec> read(const std::string& more) {
    const auto d = yaml::parse("issuer: https://login.example.com\n" + more, "server.yaml");
    EXPECT_TRUE(d) << d.error().text();
    return load_server(*d);
}

struct mistake {
    const char* name;
    const char* line;
    const char* says;
};

class server_file_mistake : public testing::TestWithParam<mistake> {};

TEST_P(server_file_mistake, is_told_with_its_place) {
    const auto got = read(GetParam().line);
    ASSERT_FALSE(got);
    EXPECT_NE(got.error().text().find("server.yaml:2:"), std::string::npos) << got.error().text();
    EXPECT_NE(got.error().text().find(GetParam().says), std::string::npos) << got.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    all, server_file_mistake,
    testing::Values(mistake{"endpoint", "endpoints: { tokn_endpoint: \"https://a.example/t\" }", "'token_endpoint'"},
                    mistake{"endpoints", "endpoints: [token_endpoint]", "a map"},
                    mistake{"user", "users: [{ usrname: ada }]", "a user needs a username"},
                    mistake{"users", "users: { username: ada }", "in a list"},
                    mistake{"organization", "organizations: [{ id: 1 }]", "an organization needs a slug"},
                    mistake{"client", "clients: { public: { client_idd: a } }", "'client_id'"},
                    mistake{"role", "clients: { publc: { client_id: a } }", "'public'"},
                    mistake{"sign_in", "sign_in: { passwort: a }", "'password'"},
                    mistake{"limits", "limits: { second: 3 }", "'seconds'"},
                    mistake{"capability", "capabilities: [rotaton]", "'rotation'"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(server_file, takes_limits) {
    const auto got = read(
        "clients: { public: { client_id: a, redirect_uris: [\"http://localhost:1/cb\"] } }\n"
        "limits: { requests: 9, check_seconds: 7, jobs: 1 }\n");
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->requests_max, 9);
    EXPECT_EQ(got->view.limits.check_budget.count(), 7);
    EXPECT_EQ(got->jobs, 1);
}

TEST(server_file, takes_any_claim_of_a_user_and_any_further_member_of_the_metadata) {
    const auto got = read(
        "clients: { public: { client_id: a, redirect_uris: [\"http://localhost:1/cb\"] } }\n"
        "endpoints: { token_endpoint: \"https://a.example/t\", mfa_challenge_endpoint: \"https://a.example/m\" }\n"
        "users: [{ username: ada, shoe_size: 40 }]\n");
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_NE(got->view.endpoints.find("mfa_challenge_endpoint"), nullptr);
    EXPECT_EQ(got->view.users.at_pointer("/0/shoe_size")->as_integer(), 40);
}

}  // namespace
}  // namespace assay::harness
