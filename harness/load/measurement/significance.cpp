#include "harness/load/measurement/significance.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

namespace assay::load {
namespace {

constexpr std::size_t exact_max = 20;

// P(U <= u or as far on the other side) by counting: ways[n][u] is the number of rank sums.
double exact_p(std::size_t m, std::size_t n, double u) {
    const std::size_t most = m * n;
    std::vector<std::vector<double>> ways(m + 1, std::vector<double>(most + 1, 0));
    ways[0][0] = 1;
    for (std::size_t rank = 1; rank <= m + n; ++rank) {
        for (std::size_t taken = std::min(rank, m); taken >= 1; --taken) {
            // If an element of rank r is the k-th one taken, r - k elements of the other sample are below it.
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

struct moments {
    double n, mean, variance;
};

moments moments_of(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (const double v : values) squares += (v - mean) * (v - mean);
    return {n, mean, squares / (n - 1)};
}

// Two-sided; a difference without any variance is certain.
double student(double difference, double standard_error, double freedom) {
    if (standard_error <= 0 || freedom <= 0) return difference == 0 ? 1 : 0;
    const boost::math::students_t_distribution<double> distribution(freedom);
    return 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(difference) / standard_error));
}

}  // namespace

double two_sided(double z) {
    return std::erfc(std::abs(z) / std::sqrt(2.0));
}

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

double welch(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() < 2 || b.size() < 2) return 1;
    const moments x = moments_of(a);
    const moments y = moments_of(b);
    const double u = x.variance / x.n;
    const double v = y.variance / y.n;
    // Welch-Satterthwaite.
    const double freedom = (u + v) * (u + v) / (u * u / (x.n - 1) + v * v / (y.n - 1));
    return student(y.mean - x.mean, std::sqrt(u + v), u + v > 0 ? freedom : 0);
}

double paired(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() < 2 || a.size() != b.size()) return 1;
    std::vector<double> differences(a.size());
    std::transform(a.begin(), a.end(), b.begin(), differences.begin(), [](double x, double y) { return y - x; });
    const moments d = moments_of(differences);
    return student(d.mean, std::sqrt(d.variance / d.n), d.n - 1);
}

std::vector<double> logarithms(std::vector<double> values, double least) {
    for (double& v : values) v = std::log(std::max(v, least));
    return values;
}

std::vector<bool> holm(const std::vector<double>& p, double alpha) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return p[i] < p[j]; });
    std::vector<bool> out(p.size(), false);
    // Compares the smallest p with alpha / k, the next with alpha / (k - 1), until one fails.
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (p[order[i]] > alpha / static_cast<double>(order.size() - i)) break;
        out[order[i]] = true;
    }
    return out;
}

double median_of(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace assay::load
