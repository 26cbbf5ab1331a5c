// The report on a terminal: one block per subject, the worst first; verdicts are words that do not depend on colour.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "data/text.hpp"
#include "reports/console_writer.hpp"
#include "reports/text.hpp"

namespace assay::reports {
namespace {

constexpr std::size_t label_width = 10;
constexpr std::string_view margin = "         ";  // below the title of a row
constexpr std::size_t rows_in_full = 25;          // rows per subject and verdict in full; further ones get one line

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

}  // namespace

std::string_view console_colour(verdict v) {
    switch (v) {
        case verdict::pass:
            return "\x1b[32m";
        case verdict::fail:
            return "\x1b[1;31m";
        case verdict::error:
            return "\x1b[1;35m";
        case verdict::warn:
        case verdict::stale:
            return "\x1b[33m";
        case verdict::info:
            return "\x1b[36m";
        case verdict::known:
        case verdict::skip:
            return "\x1b[2m";
    }
    return "";
}

void console_writer::labelled(std::string_view label, std::string_view text) {
    const std::size_t room = width_ - margin.size() - label_width;
    bool first = true;
    for (const std::string& each : wrap(printable(text), room)) {
        const std::string shown = fmt::format("{:<{}}", first ? label : "", label_width);
        std::string whole = fmt::format("{}{}{}", margin, dim(shown), each);
        while (whole.ends_with(' ')) whole.pop_back();
        line(whole);
        first = false;
    }
}

// A command is for copying: it stays on one line, even if it is long.
void console_writer::command(std::string_view label, std::string_view text) {
    line(fmt::format("{}{}{}", margin, dim(fmt::format("{:<{}}", label, label_width)), printable(text)));
}

void console_writer::head(const reports::run& r) {
    std::vector<std::string> parts;
    if (!r.profile.empty()) parts.push_back("profile " + r.profile);
    if (!r.started_at.empty()) parts.push_back(r.started_at);
    parts.push_back(duration(r.time_us));
    line(bold(printable(r.command)));
    line(dim(printable(fmt::format("{}", fmt::join(parts, " · ")))));
    for (const std::string& note : r.notes) {
        bool first = true;
        for (const std::string& each : wrap(printable(note), width_ - 6)) {
            line(fmt::format("{}{}", first ? "note: " : "      ", each));
            first = false;
        }
    }
}

void console_writer::counts(const totals& t) {
    std::string shown;
    for (const verdict v : worst_first_order) {
        const std::size_t n = number_of(t, v);
        if (n > 0) shown += fmt::format("  {}", paint(console_colour(v), fmt::format("{} {}", n, verdict_name(v))));
    }
    line(shown.empty() ? "  no check was run" : shown);
}

void console_writer::row_line(const row& r) {
    const std::string key = printable(key_of(r));
    const std::string word = fmt::format("  {:<5}", upper(verdict_name(r.verdict)));
    const std::size_t taken = word.size() + 2 + columns(key) + 2;
    const bool below = taken + 20 > width_;
    const std::vector<std::string> title = wrap(printable(r.title), below ? width_ - margin.size() : width_ - taken);
    line(fmt::format("{}  {}{}", paint(console_colour(r.verdict), word), bold(key), below ? "" : "  " + title[0]));
    const std::string indent(below ? margin.size() : taken, ' ');
    for (std::size_t i = below ? 0 : 1; i < title.size(); ++i) line(indent + title[i]);
}

namespace {

// Headers that the expectation was about, and Location.
bool worth_showing(std::string_view header, const finding& f) {
    const std::string name = lowered(header.substr(0, header.find(':')));
    return name == "location" || name == "www-authenticate" || name == "content-type" ||
           (!name.empty() && f.at == "header " + name);
}

}  // namespace

void console_writer::exchange(const evidence& e, const finding& f) {
    constexpr std::size_t body_lines = 8;
    constexpr std::size_t body_bytes = 400;
    const message_parts request = split_message(e.request);
    const message_parts response = split_message(e.response);
    labelled("sent", request.first_line);
    if (!request.body.empty()) labelled("", excerpt(request.body, body_lines, body_bytes));
    labelled("answer", response.first_line.empty() ? "none" : response.first_line);
    for (const std::string& header : response.headers) {
        if (worth_showing(header, f)) labelled("", cut(header, body_bytes));
    }
    if (!response.body.empty()) labelled("", excerpt(response.body, body_lines, body_bytes));
}

void console_writer::told(const finding& f) {
    constexpr std::size_t longest = 600;
    if (!f.step.empty() || !f.at.empty()) {
        labelled("step", f.step.empty() ? f.at : f.at.empty() ? f.step : fmt::format("{}, {}", f.step, f.at));
    }
    labelled("expected", excerpt(f.expected, 6, longest));
    labelled("actual", excerpt(f.actual, 6, longest));
}

// Where the full report is.
std::string console_writer::page() const {
    return options_.page.empty() ? "report.html" : options_.page;
}

void console_writer::story(const row& r, const std::vector<const row*>& others) {
    if (const std::string clauses = clauses_of(r); !clauses.empty()) {
        labelled("clause", fmt::format("{} ({})", clauses, level_name(r.level)));
    }
    if (!r.reason.empty()) labelled("reason", r.reason);
    const evidence* shown = nullptr;
    for (std::size_t i = 0; i < r.findings.size(); ++i) {
        const finding& f = r.findings[i];
        told(f);
        const evidence* next = i + 1 < r.findings.size() ? exchange_of(r, r.findings[i + 1]) : nullptr;
        shown = exchange_of(r, f);
        // Findings of the same step share one exchange: it is shown after the last of them.
        if (shown != nullptr && shown != next) exchange(*shown, f);
        if (!f.place.empty() && i + 1 == r.findings.size()) labelled("stated in", f.place);
    }
    if (r.findings.empty() && !r.exchanges.empty()) exchange(r.exchanges.back(), finding{});
    if (!others.empty()) {
        constexpr std::size_t named = 40;
        std::vector<std::string> keys;
        for (std::size_t i = 0; i < std::min(named, others.size()); ++i) keys.push_back(key_of(*others[i]));
        const std::string more =
            others.size() > named ? fmt::format(" and {} more: {}", others.size() - named, page()) : std::string{};
        labelled("also", fmt::format("{} by the same cause: {}{}", counted(others.size(), "row"),
                                     fmt::join(keys, ", "), more));
    }
    if (!r.reproduce.empty()) command("again", r.reproduce);
    gap();
}

void console_writer::skipped(const group& g) {
    std::vector<std::string> reasons;
    std::map<std::string, std::vector<std::string>> keys;
    for (const row* r : g.rows) {
        if (r->verdict != verdict::skip) continue;
        if (keys[r->reason].empty()) reasons.push_back(r->reason);
        keys[r->reason].push_back(key_of(*r));
    }
    for (const std::string& reason : reasons) {
        const std::string text =
            fmt::format("{}: {}", reason.empty() ? "no reason given" : reason, fmt::join(keys[reason], ", "));
        bool first = true;
        for (const std::string& each : wrap(printable(text), width_ - margin.size())) {
            line(dim(fmt::format("{:<{}}{}", first ? "  SKIP" : "", margin.size(), each)));
            first = false;
        }
    }
}

void console_writer::block(const group& g) {
    gap();
    std::string about_it;
    if (g.about != nullptr) about_it = fmt::format("{}", fmt::join(about(*g.about), " · "));
    line(bold(printable(g.name)) + (about_it.empty() ? "" : "  " + dim(printable(about_it))));
    counts(g.sum);
    line();
    // Undecided rows come first: once their cause is corrected, other results may change.
    told_rows(g, verdict::error);
    for (const verdict v : worst_first_order) {
        if (v == verdict::fail || v == verdict::warn) told_rows(g, v);
        if (v != verdict::error && v != verdict::fail && v != verdict::warn) short_rows(g, v);
    }
    if (!failures_only_) skipped(g);
}

// The first rows in full, the others in one line each, and a pointer to the full report.
void console_writer::told_rows(const group& g, verdict v) {
    std::size_t told_so_far = 0;
    std::set<const row*> told_with_another;
    for (const row* r : g.rows) {
        if (r->verdict != v || told_with_another.contains(r)) continue;
        const bool with_story = told_so_far++ < rows_in_full;
        if (with_story) gap();
        row_line(*r);
        if (!with_story) continue;
        const std::vector<const row*> others = of_the_same_cause(g.rows, *r);
        told_with_another.insert(others.begin(), others.end());
        story(*r, others);
    }
    if (told_so_far <= rows_in_full) return;
    labelled("", fmt::format("{} more, in one line each; in full: {}", told_so_far - rows_in_full, page()));
    gap();
}

void console_writer::short_rows(const group& g, verdict v) {
    if (v == verdict::skip || (v == verdict::pass && !options_.verbose)) return;
    if (failures_only_ && (v == verdict::known || v == verdict::info)) return;
    for (const row* r : g.rows) {
        if (r->verdict != v) continue;
        row_line(*r);
        if (v == verdict::pass) continue;
        if (!r->reason.empty()) labelled("reason", r->reason);
        if (v != verdict::info) continue;
        for (const finding& f : r->findings) labelled(f.at.empty() ? "seen" : f.at, f.actual);
    }
}

void console_writer::table_line(std::string_view name, const totals& t, std::size_t name_width) {
    std::string cells(name);
    cells.append(name_width - std::min(name_width, columns(name)), ' ');
    for (const verdict v : worst_first_order) {
        const std::size_t n = number_of(t, v);
        const std::string cell = n == 0 ? fmt::format("{:>7}", "·") : fmt::format("{:>7}", n);
        cells += n == 0 ? dim(cell) : paint(console_colour(v), cell);
    }
    line(cells);
}

void console_writer::table(const std::vector<group>& groups, const totals& all) {
    constexpr std::size_t figures = 7 * worst_first_order.size();
    const std::size_t most = width_ > figures + 16 ? width_ - figures : 16;
    std::size_t name_width = 8;
    for (const group& g : groups) name_width = std::max(name_width, columns(printable(g.name)));
    name_width = std::min(name_width, most);
    gap();
    std::string heading(name_width, ' ');
    for (const verdict v : worst_first_order) heading += fmt::format("{:>7}", verdict_name(v));
    line(bold(heading));
    for (const group& g : groups) {
        std::vector<std::string> name = wrap(printable(g.name), name_width);
        for (std::size_t i = 0; i + 1 < name.size(); ++i) line(name[i]);
        table_line(name.back(), g.sum, name_width);
    }
    table_line("together", all, name_width);
}

void console_writer::worth_a_look(const reports::run& r) {
    constexpr std::size_t shown = 8;
    std::vector<const row*> rows;
    for (const row& one : r.rows) {
        const bool decided_well =
            one.verdict == verdict::pass || one.verdict == verdict::info || one.verdict == verdict::known;
        if (!decided_well && one.verdict != verdict::skip) rows.push_back(&one);
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const row* a, const row* b) { return rank(a->verdict) < rank(b->verdict); });
    if (!rows.empty()) gap();
    for (std::size_t i = 0; i < std::min(shown, rows.size()); ++i) row_line(*rows[i]);
    if (rows.size() > shown) line(fmt::format("  and {} more: report.html", rows.size() - shown));
}

void console_writer::closing(const reports::run& r) {
    const int code = exit_code(r);
    const std::string_view word = r.interrupted ? "STOPPED"
                                  : code == 0   ? "PASS"
                                  : code == 3   ? "ERROR"
                                  : code == 6   ? "STALE"
                                                : "FAIL";
    const verdict paint_as = code == 0   ? verdict::pass
                             : code == 3 ? verdict::error
                             : code == 6 ? verdict::stale
                                         : verdict::fail;
    gap();
    std::vector<std::string> text = wrap(fmt::format("{} Exit {}.", headline(r), code), width_ - word.size() - 2);
    line(fmt::format("{}  {}", paint(console_colour(paint_as), word), text[0]));
    for (std::size_t i = 1; i < text.size(); ++i) line(std::string(word.size() + 2, ' ') + text[i]);
}

std::string console_writer::run(const reports::run& r) {
    const std::vector<group> groups = by_subject(r);
    std::vector<group> blocks = groups;
    std::stable_sort(blocks.begin(), blocks.end(), [](const group& a, const group& b) {
        return std::pair(a.sum.fail, a.sum.error) > std::pair(b.sum.fail, b.sum.error);
    });
    if (options_.brief) {
        table(groups, count(r.rows));
        worth_a_look(r);
    } else {
        head(r);
        for (const group& g : blocks) block(g);
        if (groups.size() > 1) table(groups, count(r.rows));
    }
    closing(r);
    return std::move(out_);
}

std::string format_console(const run& r, const console_options& options) {
    return console_writer(options).run(masked(r, mask{}));
}

}  // namespace assay::reports
