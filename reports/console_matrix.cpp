// Client by area on a terminal: a table that fits the width, the scores, and the failures in full.
#include <utility>

#include "reports/console_writer.hpp"
#include "reports/text.hpp"

namespace assay::reports {
namespace {

constexpr std::size_t cell_width = 9;

std::string upper_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

// A mark that does not depend on colour.
char mark_of(verdict v) {
    switch (v) {
        case verdict::fail:
            return 'X';
        case verdict::error:
            return '?';
        case verdict::stale:
        case verdict::warn:
            return '!';
        case verdict::known:
            return '~';
        default:
            return ' ';
    }
}

verdict worst_of(const totals& t) {
    for (const verdict v : worst_first_order) {
        if (v == verdict::skip || v == verdict::info) continue;
        if (number_of(t, v) > 0) return v;
    }
    return t.info > 0 ? verdict::info : verdict::skip;
}

std::string wide(std::string_view text, std::size_t width) {
    std::string out(text);
    out.append(width - std::min(width, columns(text)), ' ');
    return out;
}

std::string versioned(const client_line& c) {
    return printable(c.version.empty() ? c.name : fmt::format("{} {}", c.name, c.version));
}

std::string share(const mutation_score& s) {
    // Rounded down: 100 % means all.
    return s.met == 0 ? "·" : fmt::format("{} %", 100 * s.refused / s.met);
}

}  // namespace

// "28/30~": passed of decided, with the mark of the worst.
std::string console_writer::area_cell(const totals& t) const {
    const std::size_t good = t.pass + t.info;
    const std::size_t decided = good + t.fail + t.error + t.stale + t.warn + t.known;
    if (decided == 0) return dim(fmt::format("{:>{}}", "· ", cell_width));
    const verdict worst = worst_of(t);
    return paint(console_colour(worst),
                 fmt::format("{:>{}}{}", fmt::format("{}/{}", good, decided), cell_width - 1, mark_of(worst)));
}

void console_writer::areas_table(const client_matrix& m, std::size_t first, std::size_t count,
                                 std::size_t name_width) {
    const bool last = first + count == m.areas.size();
    std::string heading(name_width, ' ');
    for (std::size_t i = first; i < first + count; ++i) {
        heading += fmt::format("{:>{}} ", upper_case(m.areas[i]), cell_width - 1);
    }
    if (last) heading += fmt::format("{:>{}} ", "all", cell_width + 1);
    line(bold(heading));
    for (const client_line& c : m.clients) {
        std::string cells = wide(versioned(c), name_width);
        for (std::size_t i = first; i < first + count; ++i) {
            const auto at = c.areas.find(m.areas[i]);
            cells += area_cell(at == c.areas.end() ? totals{} : at->second);
        }
        if (last) cells += "  " + area_cell(c.sum);
        line(cells);
    }
    gap();
}

void console_writer::scores(const client_matrix& m) {
    std::size_t name_width = 6;
    for (const client_line& c : m.clients) name_width = std::max(name_width, columns(versioned(c)) + 2);
    line(bold(fmt::format("{:<{}}{:>9}{:>9}{:>11}{:>8}", "mutation score", name_width, "refused", "of", "undecided",
                          "score")));
    for (const client_line& c : m.clients) {
        line(wide(versioned(c), name_width) +
             fmt::format("{:>9}{:>9}{:>11}{:>8}", c.score.refused, c.score.met,
                         c.score.undecided == 0 ? "·" : std::to_string(c.score.undecided), share(c.score)) +
             (c.score.left == 0 ? "" : dim(fmt::format("   {} more left to the application", c.score.left))));
    }
    gap();
}

std::string console_writer::matrix(const reports::run& r, bool with_score) {
    failures_only_ = true;
    head(r);
    const std::vector<group> groups = by_subject(r);
    for (const group& g : groups) {
        const totals& t = g.sum;
        if (t.fail + t.error + t.stale + t.warn > 0 || options_.verbose) block(g);
    }
    const client_matrix m = matrix_of(r);
    std::size_t name_width = 8;
    for (const client_line& c : m.clients) name_width = std::max(name_width, columns(versioned(c)) + 1);
    const std::size_t beside = cell_width + 2;
    const std::size_t room = width_ > name_width + beside ? width_ - name_width - beside : cell_width;
    const std::size_t at_once = std::max<std::size_t>(1, room / cell_width);
    gap();
    for (std::size_t first = 0; first < m.areas.size(); first += at_once) {
        areas_table(m, first, std::min(at_once, m.areas.size() - first), name_width);
    }
    line(dim("passed/decided   ~ known deviations only   ! warned or stale   X failed   ? undecided   · not run"));
    if (with_score) {
        gap();
        scores(m);
    }
    closing(r);
    return std::move(out_);
}

std::string format_matrix(const run& r, const console_options& options, bool with_score) {
    return console_writer(options).matrix(masked(r, mask{}), with_score);
}

}  // namespace assay::reports
