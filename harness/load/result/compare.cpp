#include "harness/load/result/compare.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "harness/load/measurement/significance.hpp"

namespace assay::load {
namespace {

constexpr std::size_t runs_min = 5;
constexpr std::size_t seconds_min = 10;
constexpr double errors_at_least = 0.0005;  // half a request per thousand

std::vector<double> of_runs(const std::vector<load_result>& runs, const std::string& request, double percent) {
    std::vector<double> out;
    for (const load_result& r : runs) {
        const auto at = r.requests.find(request);
        if (at != r.requests.end()) out.push_back(static_cast<double>(at->second.latency.percentile(percent)));
    }
    return out;
}

std::vector<double> of_seconds(const std::vector<load_result>& runs, const std::string& request, double percent) {
    std::vector<double> out;
    for (const load_result& r : runs) {
        for (const auto& [key, one] : r.intervals) {
            if (key.second == request && one.latency.count() > 0) {
                out.push_back(static_cast<double>(one.latency.percentile(percent)));
            }
        }
    }
    return out;
}

std::vector<double> error_shares(const std::vector<load_result>& runs, const std::string& request) {
    std::vector<double> out;
    for (const load_result& r : runs) {
        const auto at = r.requests.find(request);
        if (at == r.requests.end() || at->second.count() == 0) continue;
        out.push_back(static_cast<double>(at->second.failed) / static_cast<double>(at->second.count()));
    }
    return out;
}

request_result pooled(const std::vector<load_result>& runs, const std::string& request) {
    request_result out;
    for (const load_result& r : runs) {
        const auto at = r.requests.find(request);
        if (at == r.requests.end()) continue;
        out.ok += at->second.ok;
        out.failed += at->second.failed;
        out.latency.add(at->second.latency);
    }
    return out;
}

comparison_row errors_row(const std::string& request, const request_result& a, const request_result& b) {
    comparison_row row{request, "errors"};
    const auto n = static_cast<double>(a.count());
    const auto m = static_cast<double>(b.count());
    row.before = static_cast<double>(a.failed) / n;
    row.after = static_cast<double>(b.failed) / m;
    const double both = static_cast<double>(a.failed + b.failed) / (n + m);
    const double spread = std::sqrt(both * (1 - both) * (1 / n + 1 / m));
    if (spread > 0) row.p = two_sided((row.after - row.before) / spread);
    return row;
}

bool matters(const comparison_row& r, double at_least) {
    if (r.metric == "errors") return std::abs(r.after - r.before) >= errors_at_least;
    const double least = std::max(1.0, std::min(r.before, r.after));
    return std::abs(r.after - r.before) / least >= at_least;
}

void decide(std::vector<comparison_row>& rows, double alpha, double at_least) {
    std::vector<double> p;
    for (const comparison_row& r : rows) p.push_back(r.p);
    const std::vector<bool> significant = holm(p, alpha);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (significant[i] && matters(rows[i], at_least))
            rows[i].what = rows[i].after > rows[i].before ? change::worse : change::better;
    }
}

std::set<std::string> requests_in_all(const std::vector<load_result>& runs) {
    std::set<std::string> out;
    for (const auto& [name, request] : runs.front().requests) {
        const bool everywhere = std::all_of(runs.begin(), runs.end(), [&, one = name](const load_result& r) {
            const auto at = r.requests.find(one);
            return at != r.requests.end() && at->second.count() > 0;
        });
        if (everywhere) out.insert(name);
    }
    return out;
}

}  // namespace

change comparison::verdict() const {
    change out = change::cannot_tell;
    for (const comparison_row& r : rows) {
        if (r.what == change::worse) return change::worse;
        if (r.what == change::better) out = change::better;
    }
    return out;
}

std::string_view change_name(change c) {
    switch (c) {
        case change::better:
            return "better";
        case change::worse:
            return "worse";
        default:
            return "cannot tell";
    }
}

result<comparison> compare(const std::vector<load_result>& before, const std::vector<load_result>& after,
                           const compare_options& o) {
    if (before.empty() || after.empty()) return fail(errc::usage, "there must be a result on each side");
    const bool by_runs = before.size() >= runs_min && after.size() >= runs_min;
    if (o.in_turns && before.size() != after.size()) {
        return fail(errc::usage,
                    fmt::format("alternating runs are pairs, and these are {} and {}", before.size(), after.size()));
    }
    comparison out;
    out.sampled = !by_runs     ? "the seconds of the runs, weighed by how alike neighbours are"
                  : o.in_turns ? fmt::format("{} pairs of alternating runs", before.size())
                               : fmt::format("{} runs against {}", before.size(), after.size());
    if (before.front().setup.flows != after.front().setup.flows) {
        out.notes.push_back(
            fmt::format("the flows differ: {} against {}", before.front().setup.flows, after.front().setup.flows));
    }
    for (const auto* side : {&before, &after}) {
        for (const load_result& r : *side) {
            if (r.saturated.empty()) continue;
            out.saturated = true;
            out.notes.emplace_back("a run has no verdict, the generator was its bottleneck, so this has none either");
        }
    }
    const auto left = requests_in_all(before);
    for (const std::string& request : requests_in_all(after)) {
        if (left.count(request) == 0) continue;
        const request_result a = pooled(before, request);
        const request_result b = pooled(after, request);
        for (const auto& [metric, percent] : {std::pair{"p50", 50.0}, std::pair{"p99", 99.0}}) {
            comparison_row row{request, metric, static_cast<double>(a.latency.percentile(percent)),
                               static_cast<double>(b.latency.percentile(percent))};
            const auto x = by_runs ? of_runs(before, request, percent) : of_seconds(before, request, percent);
            const auto y = by_runs ? of_runs(after, request, percent) : of_seconds(after, request, percent);
            if (by_runs) {
                row.p = (o.in_turns ? paired : welch)(logarithms(x, 1), logarithms(y, 1));
            } else if (std::min(x.size(), y.size()) < seconds_min) {
                out.too_short = true;
                out.notes.push_back(fmt::format("{}: fewer than {} seconds on one side are too few to compare",
                                                request, seconds_min));
            } else {
                row.p = mann_whitney(x, y, std::max(inflation_of(x), inflation_of(y)));
            }
            out.rows.push_back(row);
        }
        if (a.whole) continue;
        comparison_row errors = errors_row(request, a, b);
        // Errors come in bursts, so the runs as samples must also show a difference.
        if (by_runs)
            errors.p = std::max(
                errors.p, (o.in_turns ? paired : welch)(error_shares(before, request), error_shares(after, request)));
        out.rows.push_back(std::move(errors));
    }
    if (out.rows.empty()) return fail(errc::usage, "the two have no request in common");
    std::sort(out.notes.begin(), out.notes.end());
    out.notes.erase(std::unique(out.notes.begin(), out.notes.end()), out.notes.end());
    if (!out.saturated) decide(out.rows, o.alpha, by_runs ? o.at_least : o.at_least_alone);
    return out;
}

}  // namespace assay::load
