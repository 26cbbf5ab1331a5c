#include "reports/html_parts.hpp"

#include <fmt/format.h>

#include "reports/text.hpp"

namespace assay::reports {
namespace {

constexpr std::size_t shown_lines = 80;
constexpr std::size_t shown_bytes = 8192;

std::string pane(std::string_view heading, std::string_view text, std::string_view more_class) {
    // A scrollable box must be reachable by keyboard (WCAG 2.2 §2.1.1).
    return fmt::format("<div class=\"pane{}\"><div class=\"label\">{}</div><pre tabindex=\"0\">{}</pre></div>",
                       more_class, heading,
                       text.empty() ? "nothing" : html_text(excerpt(text, shown_lines, shown_bytes)));
}

std::string linked(std::string_view clause) {
    const std::string address = clause_link(clause);
    if (address.empty()) return html_text(clause);
    return fmt::format("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escape_attribute(address), html_text(clause));
}

std::string html_finding(const finding& f) {
    std::string where;
    if (!f.step.empty()) where += fmt::format("Step <b>{}</b>", html_text(f.step));
    if (!f.at.empty()) where += fmt::format("{}<b>{}</b>", where.empty() ? "At " : ", ", html_text(f.at));
    if (!f.clause.empty()) where += fmt::format("{}{}", where.empty() ? "" : " · ", linked(f.clause));
    if (!f.place.empty()) where += fmt::format("{}<code>{}</code>", where.empty() ? "" : " · ", html_text(f.place));
    return fmt::format("<div class=\"finding\"><p>{}</p><div class=\"pair\">{}{}</div></div>\n", where,
                       pane("Expected", f.expected, ""), pane("Actual", f.actual, " actual"));
}

std::string html_exchange(const evidence& e, bool open) {
    const message_parts request = split_message(e.request);
    const message_parts response = split_message(e.response);
    constexpr std::size_t summary_bytes = 120;
    const std::string answer = response.first_line.empty() ? "no answer" : response.first_line;
    return fmt::format(
        "<details class=\"exchange\"{}><summary>{}: <code>{}</code> → <code>{}</code> · {}</summary>"
        "<div class=\"pair\">{}{}</div></details>\n",
        open ? " open" : "", html_text(e.step.empty() ? "Exchange" : e.step),
        html_text(cut(request.first_line, summary_bytes)), html_text(cut(answer, summary_bytes)), duration(e.time_us),
        pane("Sent", e.request, ""), pane("Answer", e.response, ""));
}

}  // namespace

std::string html_text(std::string_view text) {
    return escape_markup(printable(text));
}

std::string_view html_class(const totals& t) {
    for (const verdict v : worst_first_order) {
        // A skip decides nothing, so a pass takes precedence.
        if (v == verdict::skip && t.pass > 0) continue;
        if (number_of(t, v) > 0) return verdict_name(v);
    }
    return "none";
}

std::string html_bar(const totals& t, std::string_view more_class) {
    std::string out = fmt::format("<div class=\"bar {}\" aria-hidden=\"true\">", more_class);
    for (const verdict v : worst_first_order) {
        const std::size_t n = number_of(t, v);
        if (n > 0) out += fmt::format("<i class=\"{}\" style=\"flex-grow:{}\"></i>", verdict_name(v), n);
    }
    return out + "</div>";
}

std::string html_clauses(const row& r) {
    std::string out;
    for (const std::string& clause : r.source) out += (out.empty() ? "" : ", ") + linked(clause);
    return out;
}

std::string html_anchor(const row& r) {
    std::string out = "row-";
    for (const char c : key_of(r) + "-" + r.subject + "-" + r.dialect) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain) {
            out += c;
        } else if (!out.ends_with('-')) {
            out += '-';
        }
    }
    return out;
}

// Rows that are shown together with another one: their keys link to the table of all checks.
std::string html_others(const std::vector<const row*>& others) {
    if (others.empty()) return {};
    std::string keys;
    for (const row* each : others)
        keys += fmt::format("{}<code id=\"{}\">{}</code>", keys.empty() ? "" : ", ", html_anchor(*each),
                            html_text(key_of(*each)));
    return fmt::format("<p>{} by the same cause: {}</p>\n", counted(others.size(), "row"), keys);
}

std::string html_row(const row& r, bool open, const std::vector<const row*>& others) {
    std::string under = html_text(r.subject);
    if (!r.dialect.empty()) under += " · " + html_text(r.dialect);
    under += fmt::format(" · {}", level_name(r.level));
    if (const std::string clauses = html_clauses(r); !clauses.empty()) under += " · " + clauses;
    std::string out = fmt::format(
        "<details class=\"row {0}\" id=\"{5}\"{1}><summary><span class=\"badge\">{0}</span><span class=\"title\">"
        "<code>{2}</code> {3}</span><span class=\"under\">{4}</span>",
        verdict_name(r.verdict), open ? " open" : "", html_text(key_of(r)), html_text(r.title), under,
        html_anchor(r));
    if (!r.reason.empty()) out += fmt::format("<span class=\"reason\">{}</span>", html_text(r.reason));
    out += "</summary>\n<div class=\"body\">\n";
    for (const finding& f : r.findings) out += html_finding(f);
    const evidence* spoken_of = exchange_of(r, r.findings.empty() ? finding{} : r.findings.front());
    for (const evidence& e : r.exchanges) out += html_exchange(e, &e == spoken_of);
    out += html_others(others);
    if (!r.reproduce.empty()) {
        out += fmt::format(
            "<div class=\"again pane\"><div class=\"label\">Again</div><code class=\"command\">{}</code></div>\n",
            html_text(r.reproduce));
    }
    return out + "</div></details>\n";
}

std::string html_table(const group& g) {
    std::string out =
        "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Check</th>"
        "<th scope=\"col\">Title</th><th scope=\"col\">Clause</th><th scope=\"col\" class=\"time\">Time</th></tr>"
        "</thead><tbody>\n";
    for (const row* r : g.rows) {
        const std::string reason =
            r->reason.empty() ? std::string{} : fmt::format("<br><small>{}</small>", html_text(r->reason));
        out += fmt::format(
            "<tr class=\"{0}\"><td><span class=\"badge\">{0}</span></td><th scope=\"row\"><code>{1}</code></th>"
            "<td>{2}{3}</td><td>{4}</td><td class=\"time\">{5}</td></tr>\n",
            verdict_name(r->verdict), html_text(key_of(*r)), html_text(r->title), reason, html_clauses(*r),
            r->time_us > 0 ? duration(r->time_us) : "");
    }
    return out + "</tbody></table></div>\n";
}

}  // namespace assay::reports
