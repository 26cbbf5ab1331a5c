// Every format of one run, byte for byte. ASSAY_UPDATE_GOLDEN=1 writes the files again; read the difference before
// you commit it.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "reports/writers.hpp"
#include "tests/reports/sample_run.hpp"

namespace assay::tests {
namespace {

std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

void expect_golden(const std::string& name, const std::string& text) {
    const std::string path = std::string(ASSAY_SOURCE_DIR) + "/tests/reports/golden/" + name;
    if (std::getenv("ASSAY_UPDATE_GOLDEN") != nullptr) {
        const auto written = reports::write_file(path, text);
        ASSERT_TRUE(written) << written.error().text();
    }
    EXPECT_EQ(read(path), text) << name << " differs; ASSAY_UPDATE_GOLDEN=1 writes it anew";
}

std::string console(bool colour, bool verbose, int width) {
    return reports::format_console(sample_run(), {.colour = colour, .verbose = verbose, .width = width});
}

TEST(golden, console) {
    expect_golden("result.txt", console(false, false, 100));
}
TEST(golden, json) {
    expect_golden("result.json", reports::format_json(sample_run()));
}
TEST(golden, junit) {
    expect_golden("result.xml", reports::format_junit(sample_run()));
}
TEST(golden, html) {
    expect_golden("result.html", reports::format_html(sample_run()));
}

TEST(golden, tap) {
    expect_golden("result.tap", reports::format_tap(sample_run()));
}
TEST(golden, markdown) {
    expect_golden("summary.md", reports::format_markdown(sample_run()));
}

// A CI step's summary has a limit of 1 MiB; it has the worst rows, and the number of the others.
TEST(markdown, stays_below_a_mebibyte) {
    auto r = sample_run();
    const auto failed = std::find_if(r.rows.begin(), r.rows.end(),
                                     [](const reports::row& one) { return one.verdict == reports::verdict::fail; });
    ASSERT_NE(failed, r.rows.end());
    const reports::row one = *failed;
    r.rows.front().verdict = reports::verdict::pass;
    for (int n = 0; n < 5000; ++n) r.rows.push_back(one);
    const auto text = reports::format_markdown(r);
    EXPECT_LE(text.size(), std::size_t{1} << 20U);
    EXPECT_GT(text.size(), std::size_t{900} << 10U);
    EXPECT_NE(text.find(" more, which this summary has no room for"), std::string::npos);
}

TEST(every_format, holds_no_secret) {
    const std::string all = console(true, true, 80) + reports::format_json(sample_run()) +
                            reports::format_junit(sample_run()) + reports::format_html(sample_run()) +
                            reports::format_tap(sample_run()) + reports::format_markdown(sample_run()) +
                            reports::format_codequality(sample_run());
    for (const std::string_view secret : secrets) EXPECT_EQ(all.find(secret), std::string::npos) << secret;
}

TEST(every_format, shows_no_control_character) {
    for (const std::string& text :
         {console(false, true, 80), reports::format_junit(sample_run()), reports::format_html(sample_run()),
          reports::format_json(sample_run()), reports::format_tap(sample_run()),
          reports::format_markdown(sample_run()), reports::format_codequality(sample_run())}) {
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            ASSERT_TRUE(byte >= 0x20 || byte == '\n') << static_cast<int>(byte);
            ASSERT_NE(byte, 0x7F);
        }
    }
}

TEST(html, runs_nothing_and_fetches_nothing) {
    const std::string page = reports::format_html(sample_run());
    for (const std::string_view word :
         {"<script", "<img", "<iframe", "<link", "url(", "@import", " src=", "onclick"}) {
        EXPECT_EQ(page.find(word), std::string::npos) << word;
    }
    EXPECT_NE(page.find("default-src 'none'; style-src 'unsafe-inline'"), std::string::npos);
    EXPECT_NE(page.find("https://www.rfc-editor.org/rfc/rfc7636#section-4.6"), std::string::npos);
}

TEST(every_format, is_small_when_an_answer_is_large) {
    EXPECT_LT(reports::format_html(sample_run()).size(), 64U << 10U);
    EXPECT_LT(reports::format_junit(sample_run()).size(), 48U << 10U);
    EXPECT_LT(console(false, true, 100).size(), 16U << 10U);
}

TEST(console, lists_what_passed_only_when_asked) {
    EXPECT_EQ(console(false, false, 100).find("AS-DISC-01"), std::string::npos);
    EXPECT_NE(console(false, true, 100).find("AS-DISC-01"), std::string::npos);
}

TEST(console, in_brief_is_one_screen_that_names_the_worst) {
    const std::string all = console(false, false, 100);
    const std::string brief = reports::format_console(sample_run(), {.brief = true});
    EXPECT_LT(std::count(brief.begin(), brief.end(), '\n'), 24) << brief;
    EXPECT_NE(brief.find("together"), std::string::npos) << brief;
    EXPECT_NE(brief.find("  FAIL"), std::string::npos) << brief;
    EXPECT_EQ(brief.find("expected"), std::string::npos) << brief;
    // It ends like the full report.
    EXPECT_EQ(brief.substr(brief.rfind("\n\n")), all.substr(all.rfind("\n\n")));
}

TEST(console, colours_only_when_asked) {
    EXPECT_EQ(console(false, true, 100).find('\x1b'), std::string::npos);
    EXPECT_NE(console(true, true, 100).find("\x1b[1;31m  FAIL"), std::string::npos);
}

TEST(console, says_so_when_nothing_was_run) {
    EXPECT_NE(reports::format_console({}, {}).find("No check was run."), std::string::npos);
}

}  // namespace
}  // namespace assay::tests
