// Results of runs (result.json): what is read is written as a document that reads the same, and every report is made
// of it. Reports that are XML, JSON or HTML stay well-formed, whatever the texts are.
#include "reports/matrix.hpp"
#include "reports/result.hpp"
#include "reports/writers.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace assay;

void report(const reports::run& r) {
    for (const auto& text : {reports::format_json(r), reports::format_sarif(r), reports::format_survivors(r),
                             reports::format_codequality(r)})
        fuzz::must(json::parse(text).has_value(), "a report in JSON is JSON: " + text);
    const auto page = reports::format_html(r);
    fuzz::must(page.find("<script>fuzz") == std::string::npos, "a text does not become markup");
    const auto junit = reports::format_junit(r);
    fuzz::must(junit.find("<script>fuzz") == std::string::npos, "a text does not become markup in JUnit");
    (void)reports::format_console(r, {});
    (void)reports::format_matrix(r, {}, true);
    (void)reports::format_tap(r);
    (void)reports::format_markdown(r);
    (void)reports::exit_code(r);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = json::parse(fuzz::text_of(data, size));
    if (!document) return 0;
    const auto r = reports::from_json(*document);
    if (!r) {
        fuzz::must(!r.error().message.empty(), "an error says something");
        return 0;
    }
    const auto written = reports::to_json(*r);
    const auto again = reports::from_json(written);
    fuzz::must(again.has_value(), "the written result is read");
    fuzz::must(json::format(reports::to_json(*again)) == json::format(written), "the same result comes back");
    report(*r);
    return 0;
}
