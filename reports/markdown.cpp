// Markdown for the summary of a CI step, which has a limit of 1 MiB: the worst first, then a note of how much is left
// out.
#include <algorithm>

#include <fmt/format.h>

#include "reports/text.hpp"
#include "reports/view.hpp"
#include "reports/writers.hpp"

namespace assay::reports {
namespace {

constexpr std::size_t summary_limit = std::size_t{1} << 20U;
constexpr std::size_t reserve = 4096;  // for the note of what was left out
constexpr std::size_t exchange_limit = 4096;
constexpr std::size_t value_limit = 300;

// Foreign text in a line or table cell: HTML and Markdown in it are escaped.
std::string inert(std::string_view s) {
    std::string out;
    for (const char c : escape_markup(printable(s))) {
        if (c == '\n') {
            out += ' ';
        } else if (std::string_view("|`*_[]\\~#!@").find(c) != std::string_view::npos) {
            out += fmt::format("&#{};", static_cast<int>(c));
        } else {
            out += c;
        }
    }
    return out;
}

std::string code(std::string_view s) {
    return s.empty() ? std::string{} : fmt::format("<code>{}</code>", inert(cut(s, value_limit)));
}

std::string block(std::string_view s) {
    return fmt::format("<pre>{}</pre>", escape_markup(printable(cut(s, exchange_limit))));
}

std::string table_of_subjects(const std::vector<group>& groups) {
    std::string out = "| subject |";
    std::string line = "|---|";
    for (const verdict v : worst_first_order) {
        out += fmt::format(" {} |", verdict_name(v));
        line += "--:|";
    }
    out += "\n" + line + "\n";
    for (const group& g : groups) {
        out += fmt::format("| {} |", inert(g.name));
        for (const verdict v : worst_first_order) out += fmt::format(" {} |", number_of(g.sum, v));
        out += "\n";
    }
    return out;
}

std::string story(const row& r) {
    std::string out = fmt::format("### {}: {} {}\n\n{}", verdict_name(r.verdict), inert(key_of(r)), inert(r.title),
                                  inert(r.subject));
    if (!r.dialect.empty()) out += ", " + inert(r.dialect);
    if (const auto clauses = clauses_of(r); !clauses.empty())
        out += fmt::format(" · {} ({})", inert(clauses), level_name(r.level));
    out += "\n\n";
    if (!r.reason.empty()) out += inert(r.reason) + "\n\n";
    if (!r.findings.empty()) out += "| where | expected | actual |\n|---|---|---|\n";
    for (const finding& f : r.findings) {
        out += fmt::format("| {}, {} | {} | {} |\n", inert(f.step), inert(f.at), code(f.expected), code(f.actual));
    }
    if (!r.findings.empty()) out += "\n";
    const evidence* shown = r.findings.empty() ? nullptr : exchange_of(r, r.findings.front());
    if (shown != nullptr) {
        out += fmt::format("<details><summary>the exchange</summary>\n\n{}\n{}\n\n</details>\n\n",
                           block(shown->request), block(shown->response));
    }
    if (!r.reproduce.empty()) out += fmt::format("Again: {}\n\n", code(r.reproduce));
    return out;
}

std::string line_of(const row& r) {
    const std::string why = r.reason.empty() && !r.findings.empty()
                                ? fmt::format("{}: expected {}, found {}", r.findings.front().at,
                                              r.findings.front().expected, r.findings.front().actual)
                                : r.reason;
    return fmt::format("| {} | {} | {} | {} |\n", verdict_name(r.verdict), inert(key_of(r)), inert(r.subject),
                       inert(cut(why, value_limit)));
}

class summary {
public:
    explicit summary(std::string begin) : out_(std::move(begin)) {}
    void add(const std::string& text) {
        if (full_ || out_.size() + text.size() + reserve > summary_limit) {
            full_ = true;
            ++left_out_;
        } else {
            out_ += text;
        }
    }
    void heading(const std::string& text) {
        if (!full_) out_ += text;
    }
    std::string text() && {
        if (left_out_ > 0)
            out_ += fmt::format("\n… and {} more, which this summary has no room for; result.json has them all.\n",
                                left_out_);
        return std::move(out_);
    }

private:
    std::string out_;
    bool full_ = false;
    std::size_t left_out_ = 0;
};

}  // namespace

std::string format_markdown(const run& r) {
    const run safe = masked(r, mask{});
    const auto groups = by_subject(safe);
    std::vector<const row*> rows;
    for (const group& g : groups) rows.insert(rows.end(), g.rows.begin(), g.rows.end());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const row* a, const row* b) { return rank(a->verdict) < rank(b->verdict); });
    summary out(fmt::format("## Assay: {}\n\n{} · {} · {} · exit {}\n\n{}\n", inert(headline(safe)),
                            code(safe.command), inert(safe.started_at), duration(safe.time_us), exit_code(safe),
                            table_of_subjects(groups)));
    for (const std::string& note : safe.notes) out.add(fmt::format("* {}\n", inert(note)));
    out.heading("\n");
    bool listed = false;
    for (const row* one : rows) {
        if (told_in_full(one->verdict)) out.add(story(*one));
        if (told_in_full(one->verdict) || one->verdict == verdict::pass) continue;
        if (!listed) out.heading("| verdict | check | subject | why |\n|---|---|---|---|\n");
        listed = true;
        out.add(line_of(*one));
    }
    return std::move(out).text();
}

}  // namespace assay::reports
