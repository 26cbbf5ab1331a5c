// Line plots as SVG, in the colours of the surrounding page. Thread-safe: pure functions.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace assay::load {

struct curve {
    std::string name;
    std::string colour;                             // a CSS colour
    std::vector<std::pair<double, double>> points;  // x, y (y above 0)
};

struct axis_mark {
    double at;
    std::string text;
};

struct plot {
    std::string title;
    std::string x_title;
    double x_from = 0, x_to = 1;
    std::vector<axis_mark> x_marks;
    std::vector<curve> curves;
};

// Values from one microsecond upwards, on a logarithmic axis.
[[nodiscard]] std::string draw(const plot& p);

}  // namespace assay::load
