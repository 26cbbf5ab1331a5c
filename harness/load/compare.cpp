#include "harness/load/compare.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

namespace assay::load {
namespace {

constexpr std::size_t runs_min = 5;
constexpr std::size_t seconds_min = 10;
constexpr std::size_t exact_max = 20;
constexpr double errors_at_least = 0.0005;  // half a request in a thousand

double two_sided(double z) {
    return std::erfc(std::abs(z) / std::sqrt(2.0));
}

// P(U <= u or as far on the other side) by counting: ways[n][u] of rank sums.
double exact_p(std::size_t m, std::size_t n, double u) {
    const std::size_t most = m * n;
    std::vector<std::vector<double>> ways(m + 1, std::vector<double>(most + 1, 0));
    ways[0][0] = 1;
    for (std::size_t rank = 1; rank <= m + n; ++rank) {
        for (std::size_t taken = std::min(rank, m); taken >= 1; --taken) {
            // An element of rank r that is the k-th taken has r - k of the others below it.
            const std::size_t below = rank - taken;
            if (below > n) continue;
            for (std::size_t sum = most + 1; sum-- > below;) ways[taken][sum] += ways[taken - 1][sum - below];
        }
    }
    const double all = std::accumulate(ways[m].begin(), ways[m].end(), 0.0);
    const double middle = static_cast<double>(most) / 2;
    double far = 0;
    for (std::size_t s = 0; s <= most; ++s) {
        if (std::abs(static_cast<double>(s) - middle) >= std::abs(u - middle) - 1e-9) far += ways[m][s];
    }
    return far / all;
}

struct series {
    std::vector<double> before, after;
    double inflation = 1;
};

std::vector<double> of_runs(const std::vector<load_result>& runs, const std::string& leg, double percent) {
    std::vector<double> out;
    for (const load_result& r : runs) {
        const auto at = r.legs.find(leg);
        if (at != r.legs.end()) out.push_back(static_cast<double>(at->second.latency.percentile(percent)));
    }
    return out;
}

std::vector<double> of_seconds(const std::vector<load_result>& runs, const std::string& leg, double percent) {
    std::vector<double> out;
    for (const load_result& r : runs) {
        for (const auto& [key, one] : r.intervals) {
            if (key.second == leg && one.latency.count() > 0) {
                out.push_back(static_cast<double>(one.latency.percentile(percent)));
            }
        }
    }
    return out;
}

leg_result pooled(const std::vector<load_result>& runs, const std::string& leg) {
    leg_result out;
    for (const load_result& r : runs) {
        const auto at = r.legs.find(leg);
        if (at == r.legs.end()) continue;
        out.ok += at->second.ok;
        out.failed += at->second.failed;
        out.latency.add(at->second.latency);
    }
    return out;
}

comparison_row errors_row(const std::string& leg, const leg_result& a, const leg_result& b) {
    comparison_row row{leg, "errors"};
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

// Holm: the smallest p against alpha / k, the next against alpha / (k - 1), until one fails.
void decide(std::vector<comparison_row>& rows, double alpha, double at_least) {
    std::vector<comparison_row*> order;
    for (comparison_row& r : rows) order.push_back(&r);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->p < b->p; });
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (order[i]->p > alpha / static_cast<double>(order.size() - i)) return;
        if (matters(*order[i], at_least))
            order[i]->what = order[i]->after > order[i]->before ? change::worse : change::better;
    }
}

std::set<std::string> legs_in_all(const std::vector<load_result>& runs) {
    std::set<std::string> out;
    for (const auto& [name, leg] : runs.front().legs) {
        const bool everywhere = std::all_of(runs.begin(), runs.end(), [&, one = name](const load_result& r) {
            const auto at = r.legs.find(one);
            return at != r.legs.end() && at->second.count() > 0;
        });
        if (everywhere) out.insert(name);
    }
    return out;
}

}  // namespace

double mann_whitney(const std::vector<double>& a, const std::vector<double>& b, double inflation) {
    if (a.empty() || b.empty()) return 1;
    double u = 0;
    for (const double x : a) {
        for (const double y : b) u += x > y ? 1 : x == y ? 0.5 : 0;
    }
    std::vector<double> all = a;
    all.insert(all.end(), b.begin(), b.end());
    std::sort(all.begin(), all.end());
    double ties = 0;
    for (std::size_t i = 0; i < all.size();) {
        std::size_t j = i;
        while (j < all.size() && all[j] == all[i]) ++j;
        const auto t = static_cast<double>(j - i);
        ties += t * t * t - t;
        i = j;
    }
    const auto m = static_cast<double>(a.size());
    const auto n = static_cast<double>(b.size());
    if (ties == 0 && inflation <= 1 && a.size() <= exact_max && b.size() <= exact_max) {
        return exact_p(a.size(), b.size(), u);
    }
    const double variance = m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1))) * std::max(1.0, inflation);
    if (variance <= 0) return 1;
    return two_sided(std::max(0.0, std::abs(u - m * n / 2) - 0.5) / std::sqrt(variance));
}

double inflation_of(const std::vector<double>& series) {
    const auto n = static_cast<double>(series.size());
    if (series.size() < 3) return 1;
    const double mean = std::accumulate(series.begin(), series.end(), 0.0) / n;
    double own = 0;
    double with_next = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
        own += (series[i] - mean) * (series[i] - mean);
        if (i + 1 < series.size()) with_next += (series[i] - mean) * (series[i + 1] - mean);
    }
    if (own <= 0) return 1;
    const double r = std::clamp(with_next / own, 0.0, 0.95);
    return (1 + r) / (1 - r);
}

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
    comparison out;
    out.sampled = by_runs ? fmt::format("{} runs against {}", before.size(), after.size())
                          : "the seconds of the runs, weighed by how alike neighbours are";
    if (before.front().setup.flows != after.front().setup.flows) {
        out.notes.push_back(
            fmt::format("the flows differ: {} against {}", before.front().setup.flows, after.front().setup.flows));
    }
    bool undecided = false;
    for (const auto* side : {&before, &after}) {
        for (const load_result& r : *side) {
            if (r.saturated.empty()) continue;
            undecided = true;
            out.notes.emplace_back("a run has no verdict, the generator was its bottleneck, so this has none either");
        }
    }
    const auto left = legs_in_all(before);
    for (const std::string& leg : legs_in_all(after)) {
        if (left.count(leg) == 0) continue;
        const leg_result a = pooled(before, leg);
        const leg_result b = pooled(after, leg);
        for (const auto& [metric, percent] : {std::pair{"p50", 50.0}, std::pair{"p99", 99.0}}) {
            comparison_row row{leg, metric, static_cast<double>(a.latency.percentile(percent)),
                               static_cast<double>(b.latency.percentile(percent))};
            const auto x = by_runs ? of_runs(before, leg, percent) : of_seconds(before, leg, percent);
            const auto y = by_runs ? of_runs(after, leg, percent) : of_seconds(after, leg, percent);
            if (!by_runs && std::min(x.size(), y.size()) < seconds_min) {
                out.notes.push_back(fmt::format("{}: under {} seconds on one side say too little", leg, seconds_min));
            } else {
                row.p = mann_whitney(x, y, by_runs ? 1 : std::max(inflation_of(x), inflation_of(y)));
            }
            out.rows.push_back(row);
        }
        if (!a.whole) out.rows.push_back(errors_row(leg, a, b));
    }
    if (out.rows.empty()) return fail(errc::usage, "the two have no request in common");
    std::sort(out.notes.begin(), out.notes.end());
    out.notes.erase(std::unique(out.notes.begin(), out.notes.end()), out.notes.end());
    if (!undecided) decide(out.rows, o.alpha, by_runs ? o.at_least : o.at_least_alone);
    return out;
}

}  // namespace assay::load
