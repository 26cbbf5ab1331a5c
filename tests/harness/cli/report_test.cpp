// Every report of a result is, byte for byte, the one that the run itself wrote.
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

struct format {
    const char* name;
    const char* file;
};
constexpr format formats[] = {{"json", "result.json"},
                              {"junit", "junit.xml"},
                              {"html", "report.html"},
                              {"sarif", "result.sarif"},
                              {"codequality", "gl-code-quality-report.json"},
                              {"tap", "result.tap"},
                              {"markdown", "summary.md"}};

TEST(report, of_every_format_has_the_bytes_of_the_run) {
    const folder at;
    std::string all;
    for (const format& f : formats) all += std::string(all.empty() ? "" : ",") + f.name;
    // Passes, fails, skips; texts that are no ASCII; an answer above the limit of the document.
    const ended ran = assay(at,
                            "run --select AS-CODE,AS-DISC --fault defect:token.code_single_use --fault "
                            "'json_grow={\"issuer\":40000}@metadata' --sarif-location client.yaml --format " +
                                all);
    ASSERT_EQ(ran.code, 1) << ran.err;
    for (const format& f : formats) {
        const ended e = assay(at, std::string("report out/result.json --sarif-location client.yaml --to ") + f.name);
        EXPECT_EQ(e.code, 0) << f.name << e.err;
        EXPECT_TRUE(e.out == text_of(at / "out" / f.file)) << f.name << " differs";
        EXPECT_FALSE(e.out.empty()) << f.name;
    }
    const ended again = assay(at, "report out --to junit --out again.xml");
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(text_of(at / "again.xml"), text_of(at / "out/junit.xml"));
    EXPECT_NE(assay(at, "report").out.find("AS-CODE-01"), std::string::npos);
}

TEST(report, of_survivors_too) {
    const folder at;
    const ended ran = assay(at, "matrix --score --client assay-rp --select RP-IDT-04,RP-IDT-03 --out out");
    ASSERT_TRUE(fs::exists(at / "out/survivors.sarif")) << ran.out << ran.err;
    EXPECT_EQ(assay(at, "report --to survivors").out, text_of(at / "out/survivors.sarif"));
}

TEST(report, refuses_what_is_no_result) {
    const folder at;
    ASSERT_EQ(assay(at, "run --select AS-DISC-01").code, 0);
    const std::string text = text_of(at / "out/result.json");
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string wrong = text;
        const std::size_t place = wrong.find(from);
        EXPECT_NE(place, std::string::npos) << from;
        write(at / "wrong.json", wrong.replace(place, from.size(), to));
        return assay(at, "report wrong.json --to tap");
    };
    const ended verdict = with("\"verdict\": \"pass\"", "\"verdict\": \"passed\"");
    EXPECT_EQ(verdict.code, 2);
    EXPECT_NE(
        verdict.err.find("wrong.json: this is no result of `assay run`: /rows/0/verdict 'passed' is no verdict"),
        std::string::npos)
        << verdict.err;
    EXPECT_EQ(with("assay.result/1", "assay.load/1").code, 2);
    EXPECT_EQ(with("\"rows\": [", "\"rows\": [1, ").code, 2);
    const ended newer = with("\"profile\":", "\"news\": 1, \"profile\":");
    EXPECT_EQ(newer.code, 0);
    EXPECT_NE(newer.err.find("a newer assay wrote it"), std::string::npos) << newer.err;
    EXPECT_EQ(assay(at, "report nothing.json").code, 2);
    EXPECT_EQ(assay(at, "report --to junti").code, 2);
}

}  // namespace
}  // namespace assay::cli_tests
