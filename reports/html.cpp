// The page: what happened in one sentence, the figures, the matrix, then what went wrong, worst first.
#include <algorithm>
#include <map>

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
// Every verdict but pass: those are in the tables of all checks.
constexpr std::array<section, 7> sections{{{verdict::fail, "Failed", "failed"},
                                           {verdict::error, "Could not be decided", "undecided"},
                                           {verdict::stale, "Known, but no longer there", "stale"},
                                           {verdict::warn, "Warnings", "warnings"},
                                           {verdict::known, "Known deviations", "known"},
                                           {verdict::info, "Observed", "observed"},
                                           {verdict::skip, "Skipped", "skipped"}}};

std::string head(const run& r) {
    // The page needs nothing from anywhere, and what a server answered stays text even if an escape were forgotten.
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

// "✗ 2 of 5 failed", with the bar below.
std::string cell(const totals& t) {
    std::string words;
    const std::size_t all = t.pass + t.fail + t.warn + t.info + t.skip + t.error + t.known + t.stale;
    if (all == 0) return "<td class=\"none\"><small>not run</small></td>";
    const std::string_view worst = html_class(t);
    const std::size_t decided = all - t.skip;
    if (t.fail > 0) {
        words = fmt::format("✗ {} of {} failed", t.fail, decided);
    } else if (t.error > 0) {
        words = fmt::format("! {} of {} undecided", t.error, decided);
    } else if (t.stale > 0) {
        words = fmt::format("! {} of {} stale", t.stale, decided);
    } else if (t.warn > 0) {
        words = fmt::format("! {} of {} warned", t.warn, decided);
    } else if (t.pass + t.info > 0) {
        words = fmt::format("✓ {} of {}", t.pass + t.info, decided);
    } else if (t.known > 0) {
        words = fmt::format("{} known", t.known);
    } else {
        words = fmt::format("{} skipped", t.skip);
    }
    return fmt::format("<td class=\"{}\">{}{}</td>", worst, words, html_bar(t, "small"));
}

std::string matrix(const std::vector<const group*>& groups, std::string_view heading) {
    std::map<std::string, std::map<std::string, totals>> cells;  // area, subject
    for (const group* g : groups) {
        for (const row* each : g->rows) ++number_of(cells[area_of(*each)][g->name], each->verdict);
    }
    if (cells.empty()) return {};
    std::string out = fmt::format(
        "<h2>{}</h2>\n<div class=\"scroll\"><table class=\"matrix\"><thead><tr><th scope=\"col\">Area</th>", heading);
    for (const group* g : groups) {
        out += fmt::format("<th scope=\"col\">{}", html_text(g->name));
        if (g->about != nullptr && !g->about->version.empty()) out += " " + html_text(g->about->version);
        out += "</th>";
    }
    out += "</tr></thead>\n<tbody>\n";
    for (auto& [area, by_name] : cells) {
        out += fmt::format("<tr><th scope=\"row\">{}</th>", html_text(area_title(area)));
        for (const group* g : groups) out += cell(by_name[g->name]);
        out += "</tr>\n";
    }
    out += "</tbody>\n<tfoot><tr><th scope=\"row\">Together</th>";
    for (const group* g : groups) out += cell(g->sum);
    return out + "</tr></tfoot></table></div>\n";
}

// Servers and clients are asked different things: a table each.
std::string matrices(const std::vector<group>& groups) {
    std::vector<const group*> servers;
    std::vector<const group*> clients;
    for (const group& g : groups) {
        const bool client = g.about != nullptr ? g.about->kind == "client"
                                               : !g.rows.empty() && g.rows.front()->check.starts_with("RP-");
        (client ? clients : servers).push_back(&g);
    }
    if (servers.empty() || clients.empty()) return matrix(servers.empty() ? clients : servers, "By area");
    return matrix(servers, "Servers by area") + matrix(clients, "Clients by area");
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
        for (const row* each : rows) {
            out += html_row(*each, (s.v == verdict::fail || s.v == verdict::error) && n++ < open_at_first);
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
    out += matrices(groups);
    out += findings(safe);
    out += all_checks(groups);
    out +=
        "</main>\n<footer><p>Secrets and tokens are shown as ***. A skipped check is never counted as passed.</p>"
        "</footer>\n</body>\n</html>\n";
    return out;
}

}  // namespace assay::reports
