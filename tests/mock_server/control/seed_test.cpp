// `seed` of an issuer: its random values are the same again, under any name.
#include <string>
#include <variant>

#include <fmt/format.h>

#include "mock_server/control/control.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

// The client_id that an issuer made with that seed gives.
std::string first_client_id(mock& core, const std::string& name, const std::string& seed) {
    http::request r;
    r.method = "POST";
    r.target = "/issuers";
    r.body = fmt::format(
        R"({{"name": "{}", "seed": "{}", "clients": [{{"redirect_uris": ["http://localhost/cb"]}}]}})", name, seed);
    const auto answer = std::get<http::write_response>(handle_control(core, r).front().what).r;
    EXPECT_EQ(answer.status, 201) << answer.body;
    const auto body = testing::flow::body_of(answer);
    const json::value* id = body.at_pointer("/clients/0/client_id");
    return id == nullptr ? std::string{} : *id->as_string();
}

TEST(SeedOfAnIssuer, RepeatsItsValuesUnderAnyName) {
    testing::flow f("strict");
    const std::string first = first_client_id(f.core, "one", "a seed");
    EXPECT_FALSE(first.empty());
    EXPECT_EQ(first_client_id(f.core, "two", "a seed"), first);
    EXPECT_NE(first_client_id(f.core, "three", "another"), first);
    EXPECT_NE(first_client_id(f.core, "four", ""), first_client_id(f.core, "five", ""));
}

}  // namespace
}  // namespace assay::mock
