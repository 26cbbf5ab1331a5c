// TAP version 14: one line per row, with the findings as a YAML block below it.
#include <fmt/format.h>

#include "data/json.hpp"
#include "reports/text.hpp"
#include "reports/view.hpp"
#include "reports/writers.hpp"

namespace assay::reports {
namespace {

constexpr std::size_t longest = 300;

// A description is one line, and # would start a directive.
std::string description(std::string_view s) {
    std::string out;
    for (const char c : printable(s)) {
        if (c == '\\' || c == '#') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

// JSON is a subset of YAML.
std::string quoted(std::string_view s) {
    return json::quote(printable(cut(s, longest)));
}

bool is_ok(verdict v) {
    return v != verdict::fail && v != verdict::error && v != verdict::stale && v != verdict::known;
}

// "skip": the test did not run; "todo": it was expected to fail.
std::string directive(const row& r) {
    if (r.verdict == verdict::skip) return " # SKIP " + description(r.reason);
    if (r.verdict == verdict::known) return " # todo " + description("known: " + r.reason);
    return {};
}

void add_block(const row& r, std::string& out) {
    out += fmt::format("  ---\n  verdict: {}\n  level: {}\n", verdict_name(r.verdict), level_name(r.level));
    if (const auto clauses = clauses_of(r); !clauses.empty()) out += fmt::format("  clause: {}\n", quoted(clauses));
    if (!r.reason.empty()) out += fmt::format("  reason: {}\n", quoted(r.reason));
    if (!r.findings.empty()) out += "  findings:\n";
    for (const finding& f : r.findings) {
        out += fmt::format("    - step: {}\n      at: {}\n      expected: {}\n      actual: {}\n", quoted(f.step),
                           quoted(f.at), quoted(f.expected), quoted(f.actual));
        if (!f.place.empty()) out += fmt::format("      place: {}\n", quoted(f.place));
    }
    if (!r.reproduce.empty()) out += fmt::format("  again: {}\n", quoted(r.reproduce));
    out += "  ...\n";
}

}  // namespace

std::string format_tap(const run& r) {
    const run safe = masked(r, mask{});
    std::string out = fmt::format("TAP version 14\n1..{}\n", safe.rows.size());
    std::size_t number = 0;
    for (const group& g : by_subject(safe)) {
        if (!g.rows.empty()) out += fmt::format("# {}\n", description(g.name));
        for (const row* one : g.rows) {
            out += fmt::format("{} {} - {}{}\n", is_ok(one->verdict) ? "ok" : "not ok", ++number,
                               description(fmt::format("{} {}", key_of(*one), one->title)), directive(*one));
            const bool silent = one->verdict == verdict::pass || one->verdict == verdict::skip;
            if (!silent) add_block(*one, out);
        }
    }
    if (safe.interrupted) out += "Bail out! interrupted\n";
    return out;
}

}  // namespace assay::reports
