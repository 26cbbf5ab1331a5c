// The document and the page of a knee.
#include "harness/load/result/knee_report.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/json_schema.hpp"

namespace assay::load {
namespace {

// A server that stalls above 130/s.
result<load_result> stalls_above_130(double rate) {
    load_result r;
    r.setup.name = "stalls <early>";
    r.setup.thresholds = {"token.p99 < 50ms"};
    request_result& request = r.requests["token"];
    request.ok = 100;
    const std::int64_t us = rate > 130 ? 200'000 : 1000;
    request.latency.record(us, 100);
    request.service.record(us, 100);
    return r;
}

TEST(knee_report, has_each_rate_and_says_what_the_limit_was) {
    const knee_options o{50, 400, 0.2};
    const auto k = find_knee(o, stalls_above_130);
    ASSERT_TRUE(k);
    const json::value document = to_json(o, *k);
    EXPECT_EQ(document.string_at("verdict"), "found");
    EXPECT_EQ(document.find("highest_per_s")->as_number().value_or(0), 125);
    EXPECT_EQ(document.find("probes")->as_array()->size(), k->probes.size());
    const std::string page = format_page(*k);
    for (const char* part : {"stalls &lt;early&gt;", "<th class='n'>125/s</th>", "<th class='n'>200/s</th>",
                             "Highest rate that holds: 125/s", "the server: service time p50 of token went from",
                             "token: latency by rate"}) {
        EXPECT_NE(page.find(part), std::string::npos) << part;
    }
    EXPECT_LT(page.find(">125/s</th>"), page.find(">200/s</th>")) << "by rate, not in the order of the search";
}

TEST(knee_report, follows_its_schema_however_the_search_ended) {
    std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/docs/schema/knee.json");
    std::ostringstream text;
    text << in.rdbuf();
    auto schema = json::parse(text.str());
    ASSERT_TRUE(schema) << schema.error().text();
    const tests::json_schema checker(*schema);
    struct row {
        knee_options o;
        const char* verdict;
        int code;
    };
    for (const row& one :
         {row{{50, 400, 0.2}, "found", 0}, row{{50, 100, 0.2}, "above", 0}, row{{200, 400, 0.2}, "below", 4}}) {
        const auto k = find_knee(one.o, stalls_above_130);
        ASSERT_TRUE(k);
        const json::value document = to_json(one.o, *k);
        EXPECT_EQ(document.string_at("verdict"), one.verdict);
        EXPECT_EQ(exit_code(*k), one.code);
        std::string found;
        for (const std::string& line : checker.validate(document)) found += line + "\n";
        EXPECT_EQ(found, "");
        EXPECT_NE(format_page(*k).find(one.verdict), std::string::npos);
    }
}

}  // namespace
}  // namespace assay::load
