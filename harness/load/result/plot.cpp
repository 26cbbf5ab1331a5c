#include "harness/load/result/plot.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/load/schedule/duration.hpp"
#include "reports/text.hpp"

namespace assay::load {
namespace {

constexpr double width = 860, height = 300, left = 70, right = 28, top = 12, bottom = 46;

struct scale {
    double x_from, x_to, low, high;  // low, high: powers of ten
    [[nodiscard]] double x(double v) const { return left + (v - x_from) / (x_to - x_from) * (width - left - right); }
    [[nodiscard]] double y(double v) const {
        const double share = (std::log10(std::max(v, 1.0)) - low) / (high - low);
        return height - bottom - share * (height - top - bottom);
    }
};

scale scale_of(const plot& p) {
    double least = 1e12;
    double most = 1;
    for (const curve& c : p.curves) {
        for (const auto& [x, y] : c.points) {
            least = std::min(least, std::max(y, 1.0));
            most = std::max(most, y);
        }
    }
    const double low = std::floor(std::log10(std::min(least, most)));
    const double high = std::max(low + 1, std::ceil(std::log10(most)));
    return {p.x_from, std::max(p.x_to, p.x_from + 1e-9), low, high};
}

void grid(const plot& p, const scale& s, std::string& out) {
    for (int power = static_cast<int>(s.low); power <= static_cast<int>(s.high); ++power) {
        const double y = s.y(std::pow(10, power));
        out += fmt::format(
            "<line x1='{:.0f}' y1='{:.1f}' x2='{:.0f}' y2='{:.1f}' class='grid'/><text x='{:.0f}' y='{:.1f}' "
            "text-anchor='end'>{}</text>",
            left, y, width - right, y, left - 8, y + 4, show_us(std::llround(std::pow(10, power))));
    }
    for (const axis_mark& m : p.x_marks) {
        const double x = s.x(m.at);
        out += fmt::format(
            "<line x1='{:.1f}' y1='{:.0f}' x2='{:.1f}' y2='{:.0f}' class='grid'/><text x='{:.1f}' y='{:.0f}' "
            "text-anchor='middle'>{}</text>",
            x, top, x, height - bottom, x, height - bottom + 18, reports::escape_markup(m.text));
    }
    out += fmt::format("<text x='{:.0f}' y='{:.0f}' text-anchor='middle'>{}</text>", (left + width) / 2, height - 6,
                       reports::escape_markup(p.x_title));
}

}  // namespace

std::string draw(const plot& p) {
    const scale s = scale_of(p);
    std::string out = fmt::format("<figure><figcaption>{}", reports::escape_markup(p.title));
    for (const curve& c : p.curves) {
        out += fmt::format(" <span class='key'><i style='background:{}'></i>{}</span>", c.colour,
                           reports::escape_markup(c.name));
    }
    out += fmt::format("</figcaption><svg viewBox='0 0 {:.0f} {:.0f}' role='img' aria-label='{}'>", width, height,
                       reports::escape_attribute(p.title));
    grid(p, s, out);
    for (const curve& c : p.curves) {
        if (c.points.empty()) continue;
        out += fmt::format("<polyline fill='none' stroke='{}' stroke-width='2' points='", c.colour);
        for (const auto& [x, y] : c.points) out += fmt::format("{:.1f},{:.1f} ", s.x(x), s.y(y));
        out += "'/>";
    }
    return out + "</svg></figure>\n";
}

}  // namespace assay::load
