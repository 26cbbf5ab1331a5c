// Races held at a named point and released in every order, without sockets: a server that checks first and retires
// later has such a point; one that does both atomically does not.
#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <vector>

#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

constexpr std::size_t parties = 3;

http::request request_of(flow& f, const oauth::form& body) {
    http::request r;
    r.method = "POST";
    r.target = "/i/t" + testing::path_in(f.at->speaks(), "token");
    r.head.append("Content-Type", "application/x-www-form-urlencoded");
    r.head.append("Authorization", f.basic);
    r.body = oauth::format_form(body);
    return r;
}

oauth::form redemption(const flow& f, const std::string& code) {
    return {{"grant_type", "authorization_code"},
            {"code", code},
            {"redirect_uri", "http://127.0.0.1:1/cb"},
            {"code_verifier", f.verifier}};
}

http::response response_of(const http::plan& p) {
    const auto* write = std::get_if<http::write_response>(&p.front().what);
    return write != nullptr ? write->r : http::response{};
}

// All requests have passed the check and wait; then they continue in that order.
std::vector<http::response> released(flow& f, const oauth::form& body, const std::string& point,
                                     const std::array<std::size_t, parties>& order) {
    std::vector<http::plan> waiting;
    for (std::size_t i = 0; i < parties; ++i) waiting.push_back(f.core.handle(request_of(f, body)));
    std::vector<http::response> out(parties);
    for (const std::size_t i : order) {
        const auto* hold = std::get_if<http::hold>(&waiting[i].front().what);
        if (hold == nullptr) {
            ADD_FAILURE() << "request " << i << " does not wait";
            continue;
        }
        EXPECT_EQ(hold->point, "t/" + point);
        out[i] = response_of(hold->next());
    }
    return out;
}

std::size_t winners(const std::vector<http::response>& all) {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const auto& r) { return r.status == 200; }));
}

std::vector<std::array<std::size_t, parties>> every_order() {
    std::array<std::size_t, parties> order{};
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<std::array<std::size_t, parties>> out;
    do out.push_back(order);
    while (std::next_permutation(order.begin(), order.end()));
    return out;
}

TEST(Races, ACodeRedeemedInTwoPhasesHasManyWinnersInEveryOrder) {
    const json::value defect = json::array{json::object{{"defect", "token.code_redeemed_atomically"}}};
    for (const auto& order : every_order()) {
        flow f("strict", defect);
        const std::string code(f.authorize({}).value("code"));
        const auto all = released(f, redemption(f, code), "token.redeem", order);
        EXPECT_EQ(winners(all), parties);
        std::set<std::string> tokens;
        for (const auto& r : all) tokens.emplace(flow::body_of(r).string_at("access_token"));
        EXPECT_EQ(tokens.size(), parties) << "each has tokens of its own";
        EXPECT_EQ(f.redeem(code).status, 400) << "afterwards the code is used up";
    }
}

TEST(Races, ARefreshTokenRetiredInTwoPhasesHasManyWinnersInEveryOrder) {
    const json::value defect = json::array{json::object{{"defect", "token.refresh_retired_atomically"}}};
    for (const auto& order : every_order()) {
        flow f("strict", defect);
        const std::string old(f.tokens().string_at("refresh_token"));
        const oauth::form body{{"grant_type", "refresh_token"}, {"refresh_token", old}};
        EXPECT_EQ(winners(released(f, body, "token.refresh", order)), parties);
    }
}

TEST(Races, WhatIsRedeemedAtOnceHasOneWinnerAndNoPointToWaitAt) {
    flow f("strict");
    const std::string code(f.authorize({}).value("code"));
    std::vector<http::response> all;
    for (std::size_t i = 0; i < parties; ++i) {
        const auto plan = f.core.handle(request_of(f, redemption(f, code)));
        EXPECT_EQ(std::get_if<http::hold>(&plan.front().what), nullptr);
        all.push_back(response_of(plan));
    }
    EXPECT_EQ(winners(all), 1U);
}

}  // namespace
}  // namespace assay::mock
