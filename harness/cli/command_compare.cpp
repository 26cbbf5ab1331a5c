// `assay compare`: two results side by side, of checks or of load.
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands.hpp"
#include "harness/cli/load_output.hpp"
#include "harness/load/compare.hpp"
#include "harness/load/duration.hpp"

namespace assay::harness {
namespace {

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> out;
    std::stringstream in(list);
    for (std::string one; std::getline(in, one, ',');) {
        if (!one.empty()) out.push_back(one);
    }
    return out;
}

// ---- checks ----

using row_key = std::string;

result<std::map<row_key, std::string>> verdicts_of(const json::value& document, const std::string& path) {
    if (document.string_at("schema") != "assay.result/1") {
        return fail(errc::usage, "this is neither a result of `assay run` nor of `assay load`", path);
    }
    std::map<row_key, std::string> out;
    const json::value* rows = document.find("rows");
    if (rows == nullptr || rows->as_array() == nullptr) return fail(errc::usage, "there are no rows in it", path);
    for (const json::value& r : *rows->as_array()) {
        std::string key(r.string_at("check"));
        for (const char* part : {"variant", "subject", "dialect"}) {
            if (const std::string_view text = r.string_at(part); !text.empty()) key += fmt::format("  {}", text);
        }
        out[key] = r.string_at("verdict");
    }
    return out;
}

bool fails(const std::string& verdict) {
    return verdict == "fail" || verdict == "error";
}

void list(std::string_view title, const std::vector<std::string>& rows) {
    if (rows.empty()) return;
    fmt::print("{} ({})\n", title, rows.size());
    for (const std::string& row : rows) fmt::print("  {}\n", row);
}

int compare_checks(const json::value& before, const std::string& a, const json::value& after, const std::string& b) {
    auto was = verdicts_of(before, a);
    if (!was) return report_error(was.error());
    auto is = verdicts_of(after, b);
    if (!is) return report_error(is.error());
    std::vector<std::string> failing, passing, other, gone, fresh;
    for (const auto& [key, verdict] : *is) {
        const auto old = was->find(key);
        if (old == was->end()) {
            fresh.push_back(fmt::format("{}: {}", key, verdict));
        } else if (old->second != verdict) {
            const std::string row = fmt::format("{}: {}, was {}", key, verdict, old->second);
            (fails(verdict) && !fails(old->second)     ? failing
             : fails(old->second) && verdict == "pass" ? passing
                                                       : other)
                .push_back(row);
        }
    }
    for (const auto& [key, verdict] : *was) {
        if (is->count(key) == 0) gone.push_back(fmt::format("{}: was {}", key, verdict));
    }
    // A row that is new and fails is newly failing for whoever looks at the exit code.
    for (const std::string& row : fresh) {
        if (row.ends_with(": fail") || row.ends_with(": error")) failing.push_back(row + ", was not there");
    }
    list("Newly failing", failing);
    list("Newly passing", passing);
    list("Other changes", other);
    list("Only in the second", fresh);
    list("Only in the first", gone);
    fmt::print("{} rows before, {} after: {}\n", was->size(), is->size(),
               failing.empty() ? "nothing newly fails." : "worse.");
    return failing.empty() ? 0 : exit_worse;
}

// ---- load ----

result<std::vector<load::load_result>> results_of(const std::vector<std::string>& paths) {
    std::vector<load::load_result> out;
    for (const std::string& path : paths) {
        auto one = read_load(path);
        if (!one) return fail(one.error());
        out.push_back(std::move(*one));
    }
    return out;
}

std::string shown(const load::comparison_row& r, double value) {
    return r.metric == "errors" ? fmt::format("{:.3g}%", value * 100)
                                : load::show_us(static_cast<std::int64_t>(value));
}

int compare_loads(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    auto before = results_of(a);
    if (!before) return report_error(before.error());
    auto after = results_of(b);
    if (!after) return report_error(after.error());
    auto c = load::compare(*before, *after);
    if (!c) return report_error(c.error());
    fmt::print("\nSamples: {}\n\n", c->sampled);
    fmt::print("  {:<22}{:<8}{:>12}{:>12}{:>9}{:>12}\n", "request", "figure", "before", "after", "change", "p");
    for (const load::comparison_row& r : c->rows) {
        const std::string by = r.before > 0 ? fmt::format("{:+.1f}%", (r.after / r.before - 1) * 100) : "";
        fmt::print("  {:<22}{:<8}{:>12}{:>12}{:>9}{:>12.2g}  {}\n", r.leg, r.metric, shown(r, r.before),
                   shown(r, r.after), by, r.p, load::change_name(r.what));
    }
    fmt::print("\n");
    for (const std::string& n : c->notes) fmt::print("  Note: {}.\n", n);
    fmt::print("  {}\n", load::change_name(c->verdict()));
    return c->verdict() == load::change::worse ? exit_worse : 0;
}

int run(const std::string& first, const std::string& second) {
    const auto a = split(first);
    const auto b = split(second);
    if (a.empty() || b.empty()) return report_error({errc::usage, "name two results: assay compare BEFORE AFTER"});
    auto before = read_json_file(a.front());
    if (!before) return report_error(before.error());
    if (before->string_at("schema") == "assay.load/1") return compare_loads(a, b);
    if (a.size() > 1 || b.size() > 1) {
        return report_error({errc::usage, "results of checks are compared one with one"});
    }
    auto after = read_json_file(b.front());
    if (!after) return report_error(after.error());
    return compare_checks(*before, a.front(), *after, b.front());
}

}  // namespace

void add_compare(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("compare", "Two results side by side: of checks, or of load");
    auto paths = std::make_shared<std::pair<std::string, std::string>>();
    command->add_option("before", paths->first, "result.json or load.json; several loads with commas")->required();
    command->add_option("after", paths->second, "The same kind")->required();
    command->footer(
        "Checks: newly failing, newly passing. Loads: better, worse or cannot tell by a Mann-Whitney test, all rows\n"
        "together at 1 %. One run a side compares seconds and sees nothing below 20 %; five or more on each side, "
        "run\n"
        "alternately, compare runs, which is what tells a change from a busy machine.\n"
        "Exit codes: 0, 4 when the second is worse.\n"
        "Examples:\n"
        "  assay compare main/result.json out/result.json\n"
        "  assay compare before/load.json after/load.json\n"
        "  assay compare a1,a2,a3,a4,a5 b1,b2,b3,b4,b5");
    command->callback([paths, &exit_code] { exit_code = run(paths->first, paths->second); });
}

}  // namespace assay::harness
