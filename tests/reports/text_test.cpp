#include "reports/text.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "reports/view.hpp"
#include "reports/writers.hpp"
#include "tests/reports/sample_run.hpp"

namespace assay::tests {
namespace {

using reports::clause_link;
using reports::columns;
using reports::printable;
using reports::shell_word;

TEST(printable, shows_what_a_terminal_would_obey) {
    EXPECT_EQ(printable("a\x1b[31mb\r\nc\td"), "a\\x1b[31mb\nc\td");
    EXPECT_EQ(printable("a\rb"), "a\\x0db");
    EXPECT_EQ(printable("\xC2\x9B"), "\\x9b");
    EXPECT_EQ(printable("\u202Egpj\u200B"), "\\u{202e}gpj\\u{200b}");
    EXPECT_EQ(printable("\xff\xC0\x80 é"), "\uFFFD\uFFFD\uFFFD é");
}

TEST(escape, leaves_nothing_that_is_markup) {
    EXPECT_EQ(reports::escape_markup("<a href=\"x\">'&'</a>"),
              "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    EXPECT_EQ(reports::escape_markup("a\x01\uFFFE\x0c b"), "a b");
    EXPECT_EQ(reports::escape_attribute("a\nb\tc"), "a&#10;b&#9;c");
}

TEST(cut, stays_within_the_limit_and_between_characters) {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "é";
    for (std::size_t limit = 100; limit < 110; ++limit) {
        const std::string once = reports::cut(text, limit);
        EXPECT_LE(once.size(), limit);
        EXPECT_EQ(printable(once), once);
        EXPECT_EQ(reports::cut(once, limit), once);
    }
    EXPECT_EQ(reports::cut("short", 100), "short");
}

TEST(excerpt, counts_lines_and_bytes) {
    EXPECT_EQ(reports::excerpt("a\nb\nc\nd", 2, 100), "a\nb\n… 3 more bytes");
    EXPECT_EQ(reports::excerpt("abcdef", 2, 4), "abcd\n… 2 more bytes");
    EXPECT_EQ(reports::excerpt("a\nb", 2, 100), "a\nb");
}

TEST(wrap, never_exceeds_the_width) {
    const std::string text =
        "one two three 漢字漢字漢字漢字漢字漢字 averyveryveryverylongwordwithoutaspace end\n\nnext";
    for (std::size_t width = 10; width < 60; ++width) {
        for (const std::string& line : reports::wrap(text, width)) EXPECT_LE(columns(line), width) << line;
    }
    EXPECT_EQ(reports::wrap("one two three", 10), (std::vector<std::string>{"one two", "three"}));
    EXPECT_EQ(reports::wrap("a\n\nb", 10), (std::vector<std::string>{"a", "", "b"}));
}

TEST(console, keeps_to_its_width_but_for_commands_one_would_copy) {
    for (const int width : {60, 80, 100, 140}) {
        const std::string text = reports::format_console(sample_run(), {.verbose = true, .width = width});
        for (const std::string& line : reports::lines_of(text)) {
            if (line.find("assay run ") != std::string::npos) continue;
            // The table of several subjects needs 72 columns whatever the width.
            EXPECT_LE(columns(line), static_cast<std::size_t>(std::max(width, 80))) << line;
        }
    }
}

TEST(duration, has_the_unit_a_person_would_use) {
    EXPECT_EQ(reports::duration(420), "420 µs");
    EXPECT_EQ(reports::duration(12'345), "12 ms");
    EXPECT_EQ(reports::duration(3'456'000), "3.4 s");
    EXPECT_EQ(reports::duration(125'000'000), "2 min 05 s");
}

TEST(clause_link, knows_where_documents_are) {
    EXPECT_EQ(clause_link("RFC 7636 §4.6"), "https://www.rfc-editor.org/rfc/rfc7636#section-4.6");
    EXPECT_EQ(clause_link("RFC 6749 §A.12"), "https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12");
    EXPECT_EQ(clause_link("RFC 6749"), "https://www.rfc-editor.org/rfc/rfc6749");
    EXPECT_EQ(clause_link("OIDC Core §3.1.3.7 (3)"),
              "https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.3.1.3.7");
    EXPECT_EQ(clause_link("OAuth 2.1 §7.5.2"),
              "https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1#section-7.5.2");
    EXPECT_EQ(clause_link("Polar connect"), "");
    EXPECT_EQ(clause_link("RFC 1\" onload=x §2"), "");
}

TEST(by_subject, finds_the_subject_of_a_configuration) {
    const reports::run r = sample_run();
    const auto groups = reports::by_subject(r);
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[1].name, "careless-rp (confidential)");
    ASSERT_NE(groups[1].about, nullptr);
    EXPECT_EQ(groups[1].about->version, "1.2.3");
    EXPECT_EQ(groups[0].rows.front()->check, "AS-PKCE-02");
    EXPECT_EQ(groups[0].rows.back()->verdict, reports::verdict::pass);
}

TEST(area, is_the_middle_of_the_id) {
    reports::row r;
    r.check = "AS-PKCE-02";
    EXPECT_EQ(reports::area_of(r), "pkce");
    r.check = "odd";
    EXPECT_EQ(reports::area_of(r), "odd");
}

TEST(printable, a_shell_reads_it_as_one_word) {
    EXPECT_EQ(shell_word("token_status=503@2"), "token_status=503@2");
    EXPECT_EQ(shell_word("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
    EXPECT_EQ(shell_word("a;b ~c"), "'a;b ~c'");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace assay::tests
