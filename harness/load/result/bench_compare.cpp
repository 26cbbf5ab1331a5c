#include "harness/load/result/bench_compare.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/load/measurement/significance.hpp"

namespace assay::load {
namespace {

constexpr std::size_t rounds_min = 3;

std::vector<double> numbers(const json::value& v, std::string_view name) {
    std::vector<double> out;
    const json::value* list = v.find(name);
    if (list == nullptr || list->as_array() == nullptr) return out;
    for (const json::value& one : *list->as_array()) {
        if (const auto number = one.as_number()) out.push_back(*number);
    }
    return out;
}

const bench_figure* find(const bench_result& r, const bench_figure& like) {
    const auto at = std::find_if(r.figures.begin(), r.figures.end(), [&](const bench_figure& f) {
        return f.part == like.part && f.group == like.group && f.name == like.name && f.unit == like.unit;
    });
    return at == r.figures.end() ? nullptr : &*at;
}

struct judged_row {
    bench_row row;
    double at_least;
    bool less_is_better;
};

judged_row row_of(const bench_figure& a, const bench_figure& b, bool in_turns, const bench_compare_options& o) {
    judged_row out{{b.group, b.name, b.unit, b.ours}, o.at_least, b.less_is_better};
    // The ratio of a peer to itself is always 1 and is left out.
    const bool ratio = !in_turns && !b.against.empty() && b.name != b.against && a.against == b.against;
    const std::vector<double>& x = ratio ? a.ratios : a.rounds;
    const std::vector<double>& y = ratio ? b.ratios : b.rounds;
    out.row.ratio = ratio;
    out.row.before = median_of(x);
    out.row.after = median_of(y);
    if (!in_turns) out.at_least = ratio ? o.at_least_apart : o.at_least_alone;
    if (std::min(x.size(), y.size()) >= rounds_min)
        out.row.p = (in_turns ? paired : welch)(logarithms(x), logarithms(y));
    return out;
}

void decide(std::vector<judged_row>& rows, bool ours, double alpha) {
    std::vector<judged_row*> family;
    std::vector<double> p;
    for (judged_row& r : rows) {
        if (r.row.ours != ours) continue;
        family.push_back(&r);
        p.push_back(r.row.p);
    }
    const std::vector<bool> significant = holm(p, alpha);
    for (std::size_t i = 0; i < family.size(); ++i) {
        judged_row& r = *family[i];
        const double least = std::min(r.row.before, r.row.after);
        const double by = std::abs(r.row.after - r.row.before);
        if (!significant[i] || least <= 0 || by / least < r.at_least) continue;
        r.row.what = (r.row.after > r.row.before) == r.less_is_better ? change::worse : change::better;
    }
}

void note_controls(bench_comparison& out) {
    std::size_t all = 0;
    std::string differ;
    for (const bench_row& r : out.rows) {
        if (r.ours) continue;
        ++all;
        if (r.what == change::cannot_tell) continue;
        if (!differ.empty()) differ += ", ";
        differ += r.name;
    }
    if (all == 0) return;
    out.notes.push_back(
        differ.empty() ? fmt::format("none of the {} figures of other programs, the same on both sides, differs", all)
                       : fmt::format("{}: the same program on both sides, and yet it differs; the machine changed in "
                                     "between, so let the two alternate (bench/compare.py --against)",
                                     differ));
}

}  // namespace

result<bench_result> read_bench(const json::value& v) {
    if (v.string_at("format") != "assay.bench/1") return fail(errc::usage, "this is no result of bench/compare.py");
    const json::value* rows = v.find("rows");
    if (rows == nullptr || rows->as_array() == nullptr) return fail(errc::malformed, "there are no rows in it");
    bench_result out;
    out.turns = v.string_at("turns");
    for (const json::value& r : *rows->as_array()) {
        bench_figure f;
        f.part = r.string_at("part");
        f.group = r.string_at("group");
        f.name = r.string_at("name");
        f.unit = r.string_at("unit");
        f.against = r.string_at("against");
        f.less_is_better = r.string_at("better") == "less";
        const json::value* ours = r.find("ours");
        f.ours = ours != nullptr && ours->as_boolean().value_or(false);
        f.rounds = numbers(r, "rounds");
        f.ratios = numbers(r, "ratios");
        if (f.rounds.empty()) {
            return fail(
                errc::usage,
                fmt::format("'{}' has no values of single rounds; measure again with this bench/compare.py", f.name));
        }
        out.figures.push_back(std::move(f));
    }
    return out;
}

change bench_comparison::verdict() const {
    change out = change::cannot_tell;
    for (const bench_row& r : rows) {
        if (!r.ours) continue;
        if (r.what == change::worse) return change::worse;
        if (r.what == change::better) out = change::better;
    }
    return out;
}

result<bench_comparison> compare_benches(const bench_result& before, const bench_result& after,
                                         const bench_compare_options& o) {
    const bool in_turns = !before.turns.empty() && before.turns == after.turns;
    std::vector<judged_row> rows;
    bench_comparison out;
    std::size_t most = 0;
    for (const bench_figure& b : after.figures) {
        const bench_figure* a = find(before, b);
        if (a == nullptr) continue;
        const std::size_t rounds = std::min(a->rounds.size(), b.rounds.size());
        most = std::max(most, rounds);
        if (rounds < rounds_min)
            out.notes.push_back(fmt::format("{}, {}: {} rounds are too few to compare", b.group, b.name, rounds));
        rows.push_back(row_of(*a, b, in_turns, o));
    }
    if (rows.empty()) return fail(errc::usage, "the two have no figure in common");
    if (most < rounds_min) {
        return fail(errc::usage, fmt::format("at least {} rounds a side are needed, and five for small differences; "
                                             "measure with bench/compare.py --rounds 5",
                                             rounds_min));
    }
    decide(rows, true, o.alpha);
    decide(rows, false, o.alpha);
    for (judged_row& r : rows) out.rows.push_back(std::move(r.row));
    out.sampled = in_turns ? fmt::format("{} rounds, both sides alternating within each", most)
                           : fmt::format("{} rounds a side, made at different times", most);
    note_controls(out);
    return out;
}

}  // namespace assay::load
