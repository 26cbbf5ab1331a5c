// Plan files: their content, and where they are wrong.
#include "harness/load/generator/load_plan.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/folder.hpp"

namespace assay::load {
namespace {

result<load_plan> plan_from(const std::string& text) {
    const tests::folder own;
    tests::write(own / "plan.yaml", text);
    auto out = read_load_plan(own.file("plan.yaml"));
    if (!out) out.error().where = out.error().where.substr(out.error().where.find(".yaml") + 5);
    return out;
}

TEST(load_plan, says_everything) {
    auto p = plan_from(R"(
name: Morning
server: http://127.0.0.1:9
arrivals: poisson
stages:
  - { ramp: [10, 200/s], for: 5s }
  - { rate: 200, for: 1m }
mix:
  - { flow: code_exchange, weight: 3, verify_id_token: true }
  - { flow: refresh, replay: 2%, verify_id_token: true, key_caches: 50 }
client: public
connection_per_request: true
timeout: 2s
thresholds: ["token.p99 < 20ms", "errors < 0.1%"]
events: [{ at: 10s, advance_clock: 3601s }, { at: 20s, rotate_keys: true }]
)");
    ASSERT_TRUE(p) << p.error().text();
    EXPECT_EQ(p->how, arrivals::poisson);
    ASSERT_EQ(p->stages.size(), 2U);
    EXPECT_EQ(p->stages[0].to, 200);
    EXPECT_EQ(p->duration_ns(), 65'000'000'000);
    EXPECT_EQ(describe_mix(*p), "3 code_exchange, 1 refresh (2% tried twice)");
    EXPECT_TRUE(p->mix[0].verify_id_token);
    EXPECT_EQ(p->events[0].advance_s, 3601);
    EXPECT_FALSE(p->events[0].rotate_keys);
    EXPECT_TRUE(p->events[1].rotate_keys);
    EXPECT_EQ(p->mix[1].key_caches, 50U);
    EXPECT_TRUE(p->connection_per_request);
    EXPECT_TRUE(check_load_plan(*p));
}

TEST(load_plan, errors_have_a_place_and_the_nearest_name) {
    const auto error_of = [](const std::string& text) {
        const auto p = plan_from(text);
        return p ? std::string("accepted") : p.error().text();
    };
    EXPECT_NE(error_of("stage: []\n").find(":1:1: "), std::string::npos);
    EXPECT_NE(error_of("stage: []\n").find("did you mean 'stages'"), std::string::npos);
    EXPECT_NE(error_of("mix:\n  - { flow: code_exchagne }\n").find("did you mean 'code_exchange'"),
              std::string::npos);
    EXPECT_NE(error_of("mix:\n  - { flow: code_exchagne }\n").find(":2:"), std::string::npos);
    EXPECT_NE(error_of("stages:\n  - { rate: 5 }\n").find("a stage is"), std::string::npos);
    EXPECT_NE(error_of("stages:\n  - { rate: fast, for: 1s }\n").find("no rate"), std::string::npos);
    EXPECT_NE(error_of("events:\n  - { at: 5s }\n").find("rotate_keys: true"), std::string::npos);
    EXPECT_NE(error_of("mix:\n  - { flow: userinfo, key_caches: 9 }\n").find("clients that verify"),
              std::string::npos);
    EXPECT_NE(error_of("for: 10\n").find("no duration"), std::string::npos);
    EXPECT_NE(error_of("users: 0\n").find("from 1"), std::string::npos);
    EXPECT_NE(error_of("thresholds: [\"token.p99 < 20\"]\n").find(":1:"), std::string::npos);
    EXPECT_NE(error_of("arrivals: random\n").find("constant or poisson"), std::string::npos);
    EXPECT_NE(error_of("- a\n").find("a load plan is a map"), std::string::npos);
}

TEST(load_plan, caps_and_contradictions) {
    load_plan p;
    const auto message = [&] {
        const auto ok = check_load_plan(p);
        return ok ? std::string("accepted") : ok.error().message;
    };
    EXPECT_NE(message().find("--flow"), std::string::npos);
    p.mix.emplace_back();
    p.mix.front().name = "jwks";
    EXPECT_NE(message().find("--rate"), std::string::npos);
    p.stages = {{30'000, 30'000, 1'000'000'000}};
    EXPECT_NE(message().find("--max-rate"), std::string::npos);
    p.max_rate = 30'000;
    EXPECT_EQ(message(), "accepted");
    p.stages[0].for_ns = 601'000'000'000;
    EXPECT_NE(message().find("--max-for"), std::string::npos);
    p.stages[0].for_ns = 1'000'000'000;
    p.users = 5;
    EXPECT_NE(message().find("not both"), std::string::npos);
}

TEST(load_plan, shards) {
    load_plan p;
    ASSERT_TRUE(parse_shard("2/4", p));
    EXPECT_EQ(p.shard, 1U);
    EXPECT_EQ(p.shard_count, 4U);
    for (const char* bad : {"", "/", "0/4", "5/4", "a/b", "1", "1/", "1/4x"})
        EXPECT_FALSE(parse_shard(bad, p)) << bad;
}

}  // namespace
}  // namespace assay::load
