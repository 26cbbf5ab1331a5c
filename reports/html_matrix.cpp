// The tables of the HTML report: servers side by side, clients one below the other.
#include <map>

#include <fmt/format.h>

#include "reports/html_parts.hpp"
#include "reports/matrix.hpp"
#include "reports/text.hpp"

namespace assay::reports {
namespace {

// "✗ 2 of 5 failed", with a bar below it.
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

std::string servers_table(const std::vector<const group*>& groups, std::string_view heading) {
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

std::string short_title(std::string_view area) {
    std::string code(area);
    for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return fmt::format("<abbr title=\"{}\">{}</abbr>", html_text(area_title(area)), html_text(code));
}

// The worst row of a client in an area, if it is not a pass.
const row* worst_row(const std::vector<group>& groups, const std::string& client, const std::string& area) {
    const row* worst = nullptr;
    for (const group& g : groups) {
        for (const row* each : g.rows) {
            if (each->verdict == verdict::pass || each->verdict == verdict::skip) continue;
            if (client_of(*each) != client || (!area.empty() && area_of(*each) != area)) continue;
            if (worst == nullptr || rank(each->verdict) < rank(worst->verdict)) worst = each;
        }
    }
    return worst;
}

// "28/30", linked to the worst row.
std::string client_cell(const totals& t, const row* worst) {
    const std::size_t good = t.pass + t.info;
    const std::size_t decided = good + t.fail + t.error + t.stale + t.warn + t.known;
    if (decided == 0) return "<td class=\"none\">·</td>";
    std::string words = fmt::format("{}<small>/{}</small>", good, decided);
    if (worst != nullptr) words = fmt::format("<a href=\"#{}\">{}</a>", html_anchor(*worst), words);
    return fmt::format("<td class=\"{}\">{}{}</td>", html_class(t), words, html_bar(t, "small"));
}

std::string score_cell(const mutation_score& s) {
    if (s.met == 0) return "<td class=\"none\">·</td>";
    return fmt::format("<td title=\"{} of {} wrong answers refused\"><b>{} %</b></td>", s.refused, s.met,
                       100 * s.refused / s.met);
}

std::string clients_table(const run& r, const std::vector<group>& groups) {
    const client_matrix m = matrix_of(r);
    if (m.clients.empty()) return {};
    std::string out =
        "<h2 id=\"clients\">Clients by area</h2>\n<div class=\"scroll\"><table class=\"clients\"><thead><tr>"
        "<th scope=\"col\">Client</th>";
    for (const std::string& area : m.areas) out += fmt::format("<th scope=\"col\">{}</th>", short_title(area));
    out +=
        "<th scope=\"col\">Together</th><th scope=\"col\"><abbr title=\"Of the wrong answers a correct client must "
        "refuse, how many this one refused\">Score</abbr></th></tr></thead>\n<tbody>\n";
    for (const client_line& c : m.clients) {
        out +=
            fmt::format("<tr><th scope=\"row\">{} <small>{}</small></th>", html_text(c.name), html_text(c.version));
        for (const std::string& area : m.areas) {
            const auto at = c.areas.find(area);
            out += at == c.areas.end() ? client_cell({}, nullptr)
                                       : client_cell(at->second, worst_row(groups, c.name, area));
        }
        out += client_cell(c.sum, worst_row(groups, c.name, "")) + score_cell(c.score) + "</tr>\n";
    }
    return out +
           "</tbody></table></div>\n<p class=\"key\">Passed of decided, all configurations of a client together; "
           "the figure leads to the worst row. Skipped checks are in neither number.</p>\n";
}

}  // namespace

std::string html_matrices(const run& r, const std::vector<group>& groups) {
    std::vector<const group*> servers;
    for (const group& g : groups) {
        const bool client = g.about != nullptr ? g.about->kind == "client"
                                               : !g.rows.empty() && g.rows.front()->check.starts_with("RP-");
        if (!client) servers.push_back(&g);
    }
    const std::string clients = clients_table(r, groups);
    return servers_table(servers, clients.empty() ? "By area" : "Servers by area") + clients;
}

}  // namespace assay::reports
