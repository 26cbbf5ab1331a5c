// Cost against size: the time of every parser and every endpoint for n, 2n, 4n … of what comes from outside, and how
// it grows: the slope of log(time) over log(size). 1 is linear. bench/cost [WORD]: only rows with that word.
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tests/cost/rows.hpp"

namespace {

using namespace assay::cost;

// Above this a row is not in proportion to its size.
constexpr double slope_max = 1.15;
// Smaller times say nothing about growth: most of it is what every request costs.
constexpr double seconds_min = 1e-3;

struct measured {
    std::vector<std::pair<std::size_t, double>> points;

    // By least squares over the upper half of the sizes.
    [[nodiscard]] double slope() const {
        double n = 0, x = 0, y = 0, xx = 0, xy = 0;
        for (std::size_t i = points.size() / 2; i < points.size(); ++i) {
            const double lx = std::log(static_cast<double>(points[i].first)), ly = std::log(points[i].second);
            n += 1;
            x += lx;
            y += ly;
            xx += lx * lx;
            xy += lx * ly;
        }
        return n < 2 ? 0 : (n * xy - x * y) / (n * xx - x * x);
    }
};

measured measure(const row& r) {
    measured out;
    for (auto n = r.first; n <= r.last; n *= 2) {
        out.points.emplace_back(n, seconds_of(r, n));
        if (out.points.back().second > 2) break;
    }
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    std::size_t rows = 0, steep = 0;
    fmt::print("{:<52} {:>9} {:>10} {:>10} {:>6}\n", "input", "size", "at size", "at half", "slope");
    for (const auto list : {parser_rows(), mock_rows()}) {
        for (const auto& r : list) {
            if (r.name.find(wanted) == std::string_view::npos) continue;
            const auto m = measure(r);
            const auto& [size, time] = m.points.back();
            const bool too_steep = m.slope() > slope_max && time > seconds_min;
            const double half = m.points.size() > 1 ? m.points[m.points.size() - 2].second : 0;
            fmt::print("{:<52} {:>9} {:>7.3f} ms {:>7.3f} ms {:>6.2f}{}\n", r.name, size, time * 1e3, half * 1e3,
                       m.slope(), too_steep ? "  too steep" : "");
            ++rows;
            steep += too_steep ? 1 : 0;
        }
    }
    fmt::print("{} rows, {} too steep (above {} and {} ms)\n", rows, steep, slope_max, seconds_min * 1e3);
    return steep == 0 ? 0 : 1;
}
