// The flows of a load, and the manual that describes them.
#include "harness/load/flows/table.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace assay::load {
namespace {

TEST(flow_table, stands_in_the_manual) {
    std::ifstream in(ASSAY_SOURCE_DIR "/docs/load.md", std::ios::binary);
    const std::string manual{std::istreambuf_iterator<char>(in), {}};
    for (const flow_kind& k : flow_kinds()) {
        const std::string row = fmt::format("| `{}` | {} | {} |\n", k.name, k.requests, k.good);
        EXPECT_NE(manual.find(row), std::string::npos) << "docs/load.md lacks the row\n" << row;
    }
}

flow_options named(const char* name) {
    flow_options o;
    o.name = name;
    return o;
}

TEST(flow_table, says_what_is_made_before_the_run) {
    EXPECT_TRUE(needs_codes(named("code_exchange")));
    EXPECT_TRUE(needs_codes(named("id_token")));
    EXPECT_FALSE(needs_codes(named("sign_in")));
    for (const char* name : {"refresh", "introspect", "userinfo", "session"})
        EXPECT_TRUE(needs_sessions(named(name))) << name;
    EXPECT_FALSE(needs_sessions(named("jwks")));
    EXPECT_FALSE(needs_sessions(named("of no such name")));
}

TEST(flow_table, says_what_can_be_tried_a_second_time) {
    for (const char* name : {"code_exchange", "id_token", "sign_in", "refresh"}) {
        EXPECT_TRUE(can_replay(named(name))) << name;
        EXPECT_TRUE(can_verify(named(name))) << name;
    }
    EXPECT_EQ(find_flow("refresh")->reuse, "refresh_reuse");
    EXPECT_FALSE(can_replay(named("userinfo")));
    EXPECT_FALSE(can_verify(named("client_credentials")));
}

TEST(flow_table, names_the_endpoint_that_a_server_lacks) {
    target nowhere;
    recorder records;
    const auto context = std::make_shared<flow_context>(flow_context{.to = nowhere, .records = records});
    for (const flow_kind& k : flow_kinds()) {
        const auto made = make_flow(named(std::string(k.name).c_str()), context);
        EXPECT_EQ(made.has_value(), k.endpoint == nullptr) << k.name;
        const std::string why = made ? std::string(k.endpoint_name) : made.error().message;
        EXPECT_NE(why.find(k.endpoint_name), std::string::npos) << why;
    }
    EXPECT_EQ(make_flow(named("refrehs"), context).error().code, errc::usage);
}

}  // namespace
}  // namespace assay::load
