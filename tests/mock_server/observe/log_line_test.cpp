// One line per request: complete, on one line, and without secrets.
#include "mock_server/observe/log_line.hpp"

#include <algorithm>
#include <mutex>

#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

std::vector<std::string> lines_of(log_format how, const std::function<void(testing::flow&)>& walk) {
    testing::flow f("strict");
    std::vector<std::string> out;
    f.core.seen->log = [&](std::string_view name, const journal_entry& e) {
        out.push_back(format_log_line(how, 1'700'000'000'123, name, e));
    };
    walk(f);
    return out;
}

TEST(LogLine, TellsAPersonWhatWasRefusedAndWhy) {
    const auto lines = lines_of(log_format::text, [](testing::flow& f) { (void)f.redeem("guessed"); });
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines.front(),
              "2023-11-14T22:13:20.123Z t POST /i/t/token 400 client_id=web invalid_grant: token.code_known (RFC "
              "6749 §5.2) expected an issued code, got a code that this issuer never issued; most likely " +
                  lines.front().substr(lines.front().rfind(' ') + 1));
}

TEST(LogLine, IsAJsonDocumentWithoutSecrets) {
    std::string access_token;
    const auto lines = lines_of(log_format::json, [&](testing::flow& f) {
        access_token = std::string(f.tokens().string_at("access_token"));
        (void)f.get("/userinfo", access_token);
        (void)f.post("/revoke", {{"token", access_token}}, f.basic);
    });
    ASSERT_EQ(lines.size(), 4U);
    ASSERT_FALSE(access_token.empty());
    for (const auto& line : lines) {
        EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
        const auto v = json::parse(line);
        ASSERT_TRUE(v) << line;
        for (const auto* member : {"time", "issuer", "endpoint", "method", "path"})
            EXPECT_NE(v->string_at(member), "") << member;
        EXPECT_EQ(line.find(access_token), std::string::npos) << line;
        EXPECT_EQ(line.find("code="), std::string::npos) << line;
        EXPECT_EQ(line.find("web-secret"), std::string::npos) << line;
    }
}

TEST(LogLine, LetsNoControlCharacterThrough) {
    journal_entry e;
    e.request.target = "/\x1b[31mred\n";
    e.response.status = 404;
    const auto line = format_log_line(log_format::text, 0, "", e);
    EXPECT_EQ(line, "1970-01-01T00:00:00.000Z - GET /%1B[31mred%0A 404\n");
    EXPECT_EQ(format_log_line(log_format::off, 0, "", e), "");
    EXPECT_EQ(parse_log_format("yaml"), std::nullopt);
}

}  // namespace
}  // namespace assay::mock
