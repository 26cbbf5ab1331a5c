// `assay compare`: compares two results: of checks, of load, or of benchmarks.
#include <algorithm>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/load/load_output.hpp"
#include "harness/cli/shared/result_files.hpp"
#include "harness/load/result/bench_compare.hpp"

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
        return fail(errc::usage, "this is no result of `assay run`, `assay load` or bench/compare.py", path);
    }
    auto read = result_of(document, path);
    if (!read) return fail(read.error());
    std::map<row_key, std::string> out;
    for (const reports::row& r : read->run.rows) {
        std::string key = r.check;
        for (const std::string& part : {r.variant, r.subject, r.dialect}) {
            if (!part.empty()) key += "  " + part;
        }
        out[key] = reports::verdict_name(r.verdict);
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
    if (fresh.size() == is->size()) {
        return report_error({errc::usage,
                             "the two results have no row in common, so there is nothing to compare; name "
                             "two runs of the same checks and subjects"});
    }
    for (const auto& [key, verdict] : *was) {
        if (is->count(key) == 0) gone.push_back(fmt::format("{}: was {}", key, verdict));
    }
    // A new row that fails counts as a new failure in the exit code.
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
    return failing.empty() ? 0 : exit_threshold;
}

// ---- load ----

int compare_loads(const std::vector<std::string>& a, const std::vector<std::string>& b, bool in_turns) {
    auto before = read_loads(a);
    if (!before) return report_error(before.error());
    auto after = read_loads(b);
    if (!after) return report_error(after.error());
    load::compare_options o;
    o.in_turns = in_turns;
    auto c = load::compare(*before, *after, o);
    if (!c) return report_error(c.error());
    return print_comparison(*c);
}

// ---- benchmarks ----

void print_bench_row(const load::bench_row& r) {
    const std::string by = r.before > 0 ? fmt::format("{:+.1f}%", (r.after / r.before - 1) * 100) : "";
    fmt::print("  {:<18}{:<46}{:>12.4g}{:>12.4g}{:>9}{:>10.2g}  {}\n", r.group, r.name, r.before, r.after, by, r.p,
               load::change_name(r.what));
}

int compare_benches(const json::value& before, const std::string& a, const json::value& after, const std::string& b) {
    auto x = load::read_bench(before);
    if (!x) return report_error({x.error().code, x.error().message, a});
    auto y = load::read_bench(after);
    if (!y) return report_error({y.error().code, y.error().message, b});
    auto c = load::compare_benches(*x, *y);
    if (!c) return report_error(c.error());
    fmt::print("\nSamples: {}\n", c->sampled);
    for (const bool ratio : {true, false}) {
        const auto fits = [ratio](const load::bench_row& r) { return r.ratio == ratio; };
        if (std::none_of(c->rows.begin(), c->rows.end(), fits)) continue;
        fmt::print("\n  {:<64}{:>12}{:>12}{:>9}{:>10}\n", ratio ? "as ratios to the peer beside it" : "as values",
                   "before", "after", "change", "p");
        for (const load::bench_row& r : c->rows) {
            if (fits(r)) print_bench_row(r);
        }
    }
    fmt::print("\n");
    for (const std::string& n : c->notes) fmt::print("  Note: {}.\n", n);
    fmt::print("  {}\n", load::change_name(c->verdict()));
    return c->verdict() == load::change::worse ? exit_threshold : 0;
}

int run(const std::string& first, const std::string& second, bool in_turns) {
    const auto a = split(first);
    const auto b = split(second);
    if (a.empty() || b.empty()) return report_error({errc::usage, "name two results: assay compare BEFORE AFTER"});
    auto before = read_json_file(a.front());
    if (!before) return report_error(before.error());
    if (before->string_at("schema") == "assay.load/1") return compare_loads(a, b, in_turns);
    if (a.size() > 1 || b.size() > 1) {
        return report_error({errc::usage, "only loads can be compared several at once; name one result per side"});
    }
    auto after = read_json_file(b.front());
    if (!after) return report_error(after.error());
    if (before->string_at("format") == "assay.bench/1") return compare_benches(*before, a.front(), *after, b.front());
    return compare_checks(*before, a.front(), *after, b.front());
}

struct options {
    std::string before, after;
    bool in_turns = false;
};

}  // namespace

void add_compare(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("compare", "Two results side by side: of checks, of load, or of benchmarks");
    auto o = std::make_shared<options>();
    command
        ->add_option("before", o->before,
                     "result.json, load.json or bench.json, or its folder; several loads with commas")
        ->required();
    command->add_option("after", o->after, "The same kind")->required();
    command->add_flag("--in-turns", o->in_turns, "Loads: run i before and run i after were made side by side");
    command->footer(
        "Checks: newly failing, newly passing. Loads and benchmarks: better, worse or cannot tell, all figures of "
        "a\ncomparison together at 1 % (docs/load.md, docs/benchmarks.md say how).\nWith one load per side, seconds "
        "are compared, and differences below 20 % are not found; with five or more per side, runs\nare compared, "
        "down to 5 %. Alternate them (assay load --against): this tells a change from a busy machine.\nExit codes: "
        "0, 4 when the second is worse, 3 when loads are too short, 5 when the generator was the bottleneck of one."
        "\nExamples:\n  assay compare main/result.json out/result.json\n  assay "
        "compare before/load.json after/load.json\n  assay compare a1,a2,a3,a4,a5 b1,b2,b3,b4,b5\n  assay compare "
        "--in-turns out/before out/after                 what assay load --against wrote\n  assay compare "
        "main/bench.json out/bench/bench.json            what bench/compare.py wrote");
    command->callback([o, &exit_code] { exit_code = run(o->before, o->after, o->in_turns); });
}

}  // namespace assay::harness
