// The engine of server checks against any server: one check at a server that answers what the input says
// (hostile_server.hpp). The first line is the check and, after a space, the number of its variant; the second a list
// of faults of the mock. Every run ends in a verdict, which every report can show.
#include <charconv>

#include "harness/engine/server/run_check.hpp"
#include "mock_server/faults/fault_set.hpp"
#include "reports/writers.hpp"
#include "tests/fuzz/document.hpp"
#include "tests/fuzz/hostile_server.hpp"
#include "tests/fuzz/mutation.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace assay;

const std::vector<harness::check>& checks() {
    static const auto all = [] {
        auto found = harness::load_checks(ASSAY_SOURCE_DIR "/scenarios", fuzz::verbs());
        fuzz::must(found.has_value(), "the checks are there");
        std::erase_if(*found, [](const harness::check& c) { return c.is_client; });
        return std::move(*found);
    }();
    return all;
}

const harness::check& check_named(std::string_view id) {
    for (const auto& c : checks())
        if (c.id == id) return c;
    return checks().front();
}

const std::vector<std::string>& words() {
    static const auto all = [] {
        std::vector<std::string> out{
            "\n--\n",
            "HTTP/1.1 200 OK\nContent-Type: application/json\n\n{}",
            "HTTP/1.1 302 Found\nLocation: http://127.0.0.1:1/cb?code=x\n\n",
            "HTTP/1.1 500 No\n\n",
            "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<form action=x><input name=y></form>",
            "Set-Cookie: a=b\n",
            "+{\"error\":\"invalid_grant\"}",
            "+{\"access_token\":null}",
            "+{\"id_token\":\"e30.e30.\"}",
            "null"};
        for (const auto& c : checks()) out.push_back(c.id);
        for (const auto& f : mock::faults()) out.push_back(f.name);
        return out;
    }();
    return all;
}

void judge(const reports::row& row, bool honest) {
    fuzz::must(row.verdict != reports::verdict::error || !row.reason.empty(), "what is undecided has a reason");
    fuzz::must(row.verdict != reports::verdict::skip || !row.reason.empty(), "what is skipped has a reason");
    fuzz::must(row.verdict != reports::verdict::fail || !row.findings.empty(), "what fails has a finding");
    fuzz::must(!honest || row.verdict != reports::verdict::fail, "a correct server does not fail " + row.check);
    reports::run run;
    run.rows.push_back(row);
    const auto text = reports::format_json(run);
    const auto document = json::parse(text);
    fuzz::must(document && reports::from_json(*document), "the report is read again: " + text);
    (void)reports::format_console(run, {});
    fuzz::must(reports::format_html(run).find("<script>fuzz") == std::string::npos, "an answer is no markup");
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_text(data, size, max_size, seed, words());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::hostile_server server;
    auto text = fuzz::text_of(data, size);
    auto number = fuzz::take_until(text, "\n");
    const auto& c = check_named(fuzz::take_until(number, " "));
    const auto faults = mock::fault_set::from_text(fuzz::take_until(text, "\n"));
    const json::value with = faults ? json::value((*faults)->specs()) : json::value(json::array{});
    const auto all = harness::variants(c);
    std::size_t which = 0;
    std::from_chars(number.data(), number.data() + number.size(), which);
    server.restart({}, text);
    const auto subject = harness::make_mock_subject(server.control_origin(), "strict", {});
    judge(harness::run_check(*subject, c, all[which % all.size()], {with}), text.empty() && !faults);
    return 0;
}
