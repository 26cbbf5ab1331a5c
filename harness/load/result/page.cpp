#include "harness/load/result/page.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "harness/load/measurement/threshold.hpp"
#include "harness/load/result/plot.hpp"
#include "harness/load/result/summary.hpp"
#include "harness/load/schedule/duration.hpp"
#include "reports/html_style.hpp"
#include "reports/text.hpp"

namespace assay::load {
namespace {

constexpr const char* own_style =
    "figure{margin:0 0 1.5rem;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.75rem "
    "1rem}"
    "figcaption{font-weight:600}svg{width:100%;height:auto;display:block}"
    "svg text{font-size:12px;fill:var(--soft)}.grid{stroke:var(--line);stroke-width:1}"
    ".key{font-weight:400;color:var(--soft);margin-left:1rem;font-size:.875rem}"
    ".key i{display:inline-block;width:1.1em;height:.25em;margin-right:.35em;vertical-align:middle}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.soft td,.soft "
    "th{color:var(--soft)}";

constexpr std::array<const char*, 3> colours{"var(--link)", "var(--warn)", "var(--fail)"};

std::string text(std::string_view s) {
    return reports::escape_markup(reports::printable(s));
}

std::string_view tone(const load_result& r) {
    switch (exit_code(r)) {
        case 0:
            return "pass";
        case 3:
        case 4:
            return "fail";
        default:
            return "warn";
    }
}

std::string_view word(const load_result& r) {
    switch (exit_code(r)) {
        case 0:
            return r.setup.thresholds.empty() ? "done" : "pass";
        case 3:
            return "nothing succeeded";
        case 4:
            return "fail";
        case 5:
            return "no verdict";
        default:
            return "interrupted";
    }
}

std::string header(const load_result& r) {
    std::string out = fmt::format(
        "<header><div class='brand'>Assay load</div><h1>{}</h1><p>{} {}</p><dl "
        "class='meta'>",
        text(r.setup.name), badge(tone(r), word(r)), text(verdict_sentence(r)));
    const auto row = [&](std::string_view name, const std::string& value) {
        out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, text(value));
    };
    row("flows", r.setup.flows);
    row("load", describe_loop(r.setup) + ", " + (r.setup.open() ? r.setup.loop : "closed loop"));
    row("target", r.setup.target);
    row("began", r.started_at);
    if (r.setup.open()) row("offered", show_number(r.offered_rate()) + "/s");
    row("achieved", show_number(r.achieved_rate()) + "/s");
    row("generator", fmt::format("{}, {:.0f}% busy", reports::counted(r.threads, "thread"), r.cpu_share() * 100));
    if (!r.server.empty()) row("server", server_sentence(r));
    if (r.setup.open()) {
        row("schedule lag", fmt::format("p99 {}, worst {}", show_us(r.lag.percentile(99)), show_us(r.lag.max())));
    }
    return out + "</dl></header>\n";
}

std::string times(const histogram& h) {
    std::string out;
    for (const double p : {50.0, 90.0, 95.0, 99.0, 99.9}) {
        out += fmt::format("<td class='n'>{}</td>", show_us(h.percentile(p)));
    }
    return out + fmt::format("<td class='n'>{}</td>", show_us(h.max()));
}

std::string requests(const load_result& r) {
    std::string out =
        "<h2>Requests</h2><div class='scroll'><table><thead><tr><th>request</th><th class='n'>count</th>"
        "<th class='n'>failed</th><th class='n'>p50</th><th class='n'>p90</th><th class='n'>p95</th><th "
        "class='n'>p99</th>"
        "<th class='n'>p99.9</th><th class='n'>max</th></tr></thead><tbody>";
    for (const auto& [name, request] : r.requests) {
        out += fmt::format("<tr><th>{}</th><td class='n'>{}</td><td class='n'>{}</td>{}</tr>", text(name),
                           grouped(request.count()), grouped(request.failed), times(request.latency));
        if (request.whole) continue;
        out += fmt::format("<tr class='soft'><th>&nbsp;&nbsp;service time</th><td></td><td></td>{}</tr>",
                           times(request.service));
        if (request.failed_latency.count() > 0)
            out += fmt::format("<tr class='soft'><th>&nbsp;&nbsp;failed</th><td></td><td></td>{}</tr>",
                               times(request.failed_latency));
    }
    return out +
           "</tbody></table></div><p class='under'>Latency counts from the intended start, service time from the "
           "first byte sent. Failed requests are counted apart, timed-out ones with their time-out; no warm-up is "
           "left out.</p>\n";
}

// The x axis is the number of nines: the tail gets as much space as the rest.
curve percentiles(const std::string& name, const char* colour, const histogram& h) {
    curve c{name, colour, {}};
    const double all = static_cast<double>(h.count());
    for (int step = 0; step <= 250; ++step) {
        const double nines = step / 50.0;
        if (std::pow(10, nines) > 2 * all) break;
        c.points.emplace_back(nines, static_cast<double>(h.percentile(100 * (1 - std::pow(10, -nines)))));
    }
    return c;
}

std::string percentile_plot(const std::string& name, const request_result& request) {
    plot p;
    p.title = name + ": latency by percentile";
    p.x_title = "percentile";
    p.x_to = 5;
    p.x_marks = {{0, "0"}, {0.30103, "50"}, {1, "90"}, {2, "99"}, {3, "99.9"}, {4, "99.99"}, {5, "99.999"}};
    p.curves.push_back(percentiles("from the intended start", colours[0], request.latency));
    if (!request.whole) p.curves.push_back(percentiles("service time", colours[1], request.service));
    return draw(p);
}

std::string time_plot(const load_result& r, const std::string& name) {
    plot p;
    p.title = name + ": latency over time";
    p.x_title = "seconds since the start";
    p.curves = {{"p50", colours[0], {}}, {"p99", colours[1], {}}, {"max", colours[2], {}}};
    for (const auto& [key, one] : r.intervals) {
        if (key.second != name || one.latency.count() == 0) continue;
        const auto second = static_cast<double>(key.first);
        p.curves[0].points.emplace_back(second, static_cast<double>(one.latency.percentile(50)));
        p.curves[1].points.emplace_back(second, static_cast<double>(one.latency.percentile(99)));
        p.curves[2].points.emplace_back(second, static_cast<double>(one.latency.max()));
        p.x_to = std::max(p.x_to, second);
    }
    if (p.curves[0].points.size() < 3) return {};
    const double step = std::max(1.0, std::ceil(p.x_to / 10));
    for (int n = 0; n * step <= p.x_to; ++n) p.x_marks.push_back({n * step, fmt::format("{:.0f}", n * step)});
    return draw(p);
}

std::string tables(const load_result& r) {
    std::string out;
    if (const auto all = judge(r); !all.empty()) {
        out += "<h2>Thresholds</h2><div class='scroll'><table><tbody>";
        for (const judged& t : all) {
            const bool decided = r.saturated.empty();
            out +=
                fmt::format("<tr><th><code>{}</code></th><td>{}</td><td>{}</td></tr>", text(t.text), text(t.actual),
                            !decided  ? badge("warn", "not judged")
                            : t.holds ? badge("pass", "holds")
                                      : badge("fail", "fails"));
        }
        out += "</tbody></table></div>\n";
    }
    if (!r.invariants.empty()) {
        out +=
            "<h2>Invariants</h2><div class='scroll'><table><thead><tr><th>invariant</th><th class='n'>broken</th>"
            "<th class='n'>tried</th><th></th></tr></thead><tbody>";
        for (const auto& [name, one] : r.invariants) {
            out += fmt::format("<tr class='{}'><th>{}</th><td class='n'>{}</td><td class='n'>{}</td><td>{}</td></tr>",
                               one.broken > 0 ? "fail" : "", text(name), grouped(one.broken), grouped(one.tried),
                               text(one.sample));
        }
        out += "</tbody></table></div>\n";
    }
    if (!r.failures.empty()) {
        out +=
            "<h2>Failures</h2><div class='scroll'><table><thead><tr><th>request</th><th>what</th><th "
            "class='n'>count</th>"
            "<th>for example</th></tr></thead><tbody>";
        for (const auto& [key, one] : r.failures) {
            out += fmt::format("<tr><th>{}</th><td>{}</td><td class='n'>{}</td><td><code>{}</code></td></tr>",
                               text(key.first), text(key.second), grouped(one.count), text(one.sample));
        }
        out += "</tbody></table></div>\n";
    }
    return out;
}

}  // namespace

std::string badge(std::string_view tone, std::string_view word) {
    return fmt::format("<span class='badge {}'>{}</span>", tone, word);
}

std::string page_with(std::string_view title, std::string_view content) {
    return fmt::format(
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
        "content='width=device-width, initial-scale=1'><title>Assay load: "
        "{}</title><style>{}{}</style></head><body>\n{}</body></html>\n",
        text(title), reports::html_style, own_style, content);
}

std::string format_page(const load_result& r) {
    std::string out = header(r) + "<main>\n";
    // Good figures of only a few successful requests would mislead: the failures are shown first.
    if (const std::string bad = failure_sentence(r); !bad.empty())
        out += fmt::format("<p>{} <strong>{}</strong></p>\n", badge("fail", "failed requests"), text(bad));
    if (!r.notes.empty()) {
        out += "<div class='notes'><ul>";
        for (const std::string& n : r.notes) out += fmt::format("<li>{}.</li>", text(n));
        out += "</ul></div>\n";
    }
    out += requests(r) + tables(r) + "<h2>Plots</h2>\n";
    for (const auto& [name, request] : r.requests) {
        if (request.latency.count() == 0) continue;
        out += percentile_plot(name, request);
        out += time_plot(r, name);
    }
    return page_with(r.setup.name, out + "</main>");
}

}  // namespace assay::load
