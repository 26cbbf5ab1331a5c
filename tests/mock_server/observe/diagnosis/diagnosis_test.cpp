// Every common mistake, made in a real request, is diagnosed by its name.
#include "mock_server/observe/diagnosis/diagnosis.hpp"

#include <set>

#include <gtest/gtest.h>

#include "tests/mock_server/observe/diagnosis/mistake_samples.hpp"
#include "tests/mock_server/paths.hpp"

namespace assay::mock {
namespace {

using testing::flow;
using testing::sample;

std::vector<sample> all_samples() {
    auto out = testing::front_channel_samples();
    for (auto& s : testing::back_channel_samples()) out.push_back(s);
    return out;
}

class Diagnosis : public ::testing::TestWithParam<sample> {};

TEST_P(Diagnosis, NamesTheMistake) {
    json::array faults;
    if (GetParam().defect != nullptr) faults.emplace_back(json::object{{"defect", GetParam().defect}});
    flow f(GetParam().dialect, std::move(faults));
    GetParam().make(f);
    const auto entries = f.at->log.after(0);
    ASSERT_FALSE(entries.empty());
    const auto told = diagnose(entries.back());
    ASSERT_FALSE(told.empty()) << json::format(to_json(entries.back()));
    EXPECT_EQ(told.front().name, GetParam().mistake) << json::format(to_json(entries.back()));
}

INSTANTIATE_TEST_SUITE_P(Mistakes, Diagnosis, ::testing::ValuesIn(all_samples()), [](const auto& one) {
    return std::string(one.param.mistake) + "_" + std::to_string(one.index);
});

TEST(DiagnosisTable, EveryRowHasASampleAndWords) {
    std::set<std::string_view> sampled;
    const auto samples = all_samples();
    for (const auto& s : samples) sampled.insert(s.mistake);
    std::set<std::string_view> rows;
    for (const auto& m : all_mistakes()) {
        EXPECT_TRUE(rows.insert(m.name).second) << m.name << " is there twice";
        EXPECT_FALSE(m.clause.empty() || m.what.empty() || m.mend.empty()) << m.name;
    }
    EXPECT_EQ(sampled, rows);
}

TEST(DiagnosisTable, AGoodSignInIsNoMistake) {
    for (const char* dialect : {"strict", "polar"}) {
        flow f(dialect);
        const auto tokens = f.tokens();
        (void)f.get(testing::path_in(f.at->speaks(), "userinfo"), std::string(tokens.string_at("access_token")));
        (void)f.post(
            testing::path_in(f.at->speaks(), "token"),
            {{"grant_type", "refresh_token"}, {"refresh_token", std::string(tokens.string_at("refresh_token"))}},
            f.basic);
        for (const auto& e : f.at->log.after(0)) {
            EXPECT_TRUE(diagnose(e).empty()) << json::format(to_json(e));
        }
    }
}

TEST(DiagnosisTable, TheJournalTellsItToo) {
    flow f("strict");
    (void)f.post(testing::path_in(f.at->speaks(), "token"), {{"grant_type", "authorization_code"}, {"code", "x"}},
                 oauth::format_basic("web", "post-secret"));
    const auto entry = to_json(f.at->log.after(0).back());
    const auto* list = entry.find("diagnosis");
    ASSERT_TRUE(list != nullptr && list->is_array());
    EXPECT_EQ(list->as_array()->front().string_at("name"), "client_secret_of_another_client");
    EXPECT_EQ(
        json::format(entry.find("refusal") != nullptr ? *entry.find("refusal") : json::value()).find("post-secret"),
        std::string::npos);
}

}  // namespace
}  // namespace assay::mock
