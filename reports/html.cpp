// The HTML page: a sentence with the result, the figures, the matrix, then the problems, the worst first.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "reports/html_parts.hpp"
#include "reports/html_style.hpp"
#include "reports/text.hpp"
#include "reports/view.hpp"
#include "reports/writers.hpp"

namespace assay::reports {
namespace {

constexpr std::size_t open_at_first = 20;

struct section {
    verdict v;
    std::string_view heading;
    std::string_view card;
};
// Every verdict except pass, which is only in the tables of all checks.
constexpr std::array<section, 7> sections{{{verdict::fail, "Failed", "failed"},
                                           {verdict::error, "Could not be decided", "undecided"},
                                           {verdict::stale, "Known, but no longer there", "stale"},
                                           {verdict::warn, "Warnings", "warnings"},
                                           {verdict::known, "Known deviations", "known"},
                                           {verdict::info, "Observed", "observed"},
                                           {verdict::skip, "Skipped", "skipped"}}};

std::string head(const run& r) {
    // The page loads nothing, and a server's answer could not run as a script even if escaping were forgotten.
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<title>Assay: {}</title>\n<style>{}</style>\n</head>\n<body>\n",
        html_text(headline(r)), html_style);
}

std::string opening(const run& r) {
    std::string meta;
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) meta += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, html_text(value));
    };
    add("Profile", r.profile);
    add("Started", r.started_at);
    add("Took", duration(r.time_us));
    add("Exit code", std::to_string(exit_code(r)));
    std::string out =
        fmt::format("<header>\n<div class=\"brand\">Assay report</div>\n<h1>{}</h1>\n<dl class=\"meta\">{}</dl>\n",
                    html_text(headline(r)), meta);
    if (!r.command.empty()) out += fmt::format("<code class=\"command\">{}</code>\n", html_text(r.command));
    return out + "</header>\n<main>\n";
}

std::string cards(const totals& t) {
    std::string out = "<ul class=\"cards\" aria-label=\"Figures\">\n";
    out += fmt::format("<li><a class=\"card pass\" href=\"#all\"><b>{}</b><span>passed</span></a></li>\n", t.pass);
    for (const section& s : sections) {
        const std::size_t n = number_of(t, s.v);
        if (n > 0) {
            out += fmt::format("<li><a class=\"card {0}\" href=\"#{0}\"><b>{1}</b><span>{2}</span></a></li>\n",
                               verdict_name(s.v), n, s.card);
        } else if (s.v == verdict::fail) {
            out += "<li><div class=\"card none\"><b>0</b><span>failed</span></div></li>\n";
        }
    }
    return out + "</ul>\n" + html_bar(t, "main-bar") + "\n";
}

std::string notes(const run& r) {
    if (r.notes.empty()) return {};
    std::string out = "<div class=\"notes\"><ul>";
    for (const std::string& note : r.notes) out += fmt::format("<li>{}</li>", html_text(note));
    return out + "</ul></div>\n";
}

const std::vector<const row*> story_of_its_own;

std::vector<const row*> same_subject(std::vector<const row*> rows, const row& first) {
    std::erase_if(rows, [&](const row* each) { return each->subject != first.subject; });
    return rows;
}

std::string findings(const run& r) {
    std::string out;
    for (const section& s : sections) {
        std::vector<const row*> rows;
        for (const row& each : r.rows) {
            if (each.verdict == s.v) rows.push_back(&each);
        }
        if (rows.empty()) continue;
        out += fmt::format("<h2 id=\"{}\">{} <span class=\"n\">{}</span></h2>\n", verdict_name(s.v), s.heading,
                           rows.size());
        std::size_t n = 0;
        std::set<const row*> told;
        const bool one_story = s.v == verdict::fail || s.v == verdict::error || s.v == verdict::warn;
        for (const row* each : rows) {
            if (told.contains(each)) continue;
            const auto others = one_story ? same_subject(of_the_same_cause(rows, *each), *each) : story_of_its_own;
            told.insert(others.begin(), others.end());
            const bool open = (s.v == verdict::fail || s.v == verdict::error) && n++ < open_at_first;
            out += html_row(*each, open, others);
        }
    }
    return out;
}

std::string all_checks(const std::vector<group>& groups) {
    std::string out = "<h2 id=\"all\">All checks</h2>\n";
    for (const group& g : groups) {
        std::string about_it;
        if (g.about != nullptr) about_it = html_text(fmt::format("{}", fmt::join(about(*g.about), " · ")));
        out += fmt::format("<details class=\"all\"><summary>{} <small>{}{}{}</small></summary>\n{}</details>\n",
                           html_text(g.name), about_it, about_it.empty() ? "" : " · ",
                           counted(g.rows.size(), "check"), html_table(g));
    }
    return out;
}

}  // namespace

std::string format_html(const run& r) {
    const run safe = masked(r, mask{});
    const std::vector<group> groups = by_subject(safe);
    std::string out = head(safe) + opening(safe) + cards(count(safe.rows)) + notes(safe);
    out += html_matrices(safe, groups);
    out += findings(safe);
    out += all_checks(groups);
    out +=
        "</main>\n<footer><p>Secrets and tokens are shown as ***. A skipped check is never counted as passed.</p>"
        "</footer>\n</body>\n</html>\n";
    return out;
}

}  // namespace assay::reports
