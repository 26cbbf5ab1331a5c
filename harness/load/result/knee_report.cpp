#include "harness/load/result/knee_report.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "harness/load/measurement/threshold.hpp"
#include "harness/load/result/document.hpp"
#include "harness/load/result/page.hpp"
#include "harness/load/result/plot.hpp"
#include "harness/load/result/summary.hpp"
#include "harness/load/schedule/duration.hpp"
#include "reports/text.hpp"

namespace assay::load {
namespace {

json::value per_second(double rate) {
    return json::decimal{rate, fmt::format("{:.3f}", rate)};
}

std::string_view verdict_of(const knee_result& k) {
    if (k.interrupted) return "interrupted";
    if (k.generator_first) return "generator";
    if (k.highest == 0) return "below";
    return k.open_end ? "above" : "found";
}

std::vector<const probe*> by_rate(const knee_result& k) {
    std::vector<const probe*> out;
    for (const probe& p : k.probes) out.push_back(&p);
    std::sort(out.begin(), out.end(), [](const probe* a, const probe* b) { return a->rate < b->rate; });
    return out;
}

std::string escaped(std::string_view text) {
    return reports::escape_markup(reports::printable(text));
}

std::string badge_of(const probe& p) {
    const std::string_view state = state_of(p);
    return badge(state == "holds" ? "pass" : state == "fails" ? "fail" : "warn", state);
}

std::string header(const knee_result& k) {
    const load_setup& s = k.probes.front().load.setup;
    const int code = exit_code(k);
    const std::string_view tone = code == 0 ? "pass" : code == 4 ? "fail" : "warn";
    return fmt::format(
        "<header><div class='brand'>Assay knee</div><h1>{}</h1><p>{} {}</p><dl class='meta'><div><dt>flows</dt><dd>{}"
        "</dd></div><div><dt>target</dt><dd>{}</dd></div><div><dt>a rate</dt><dd>{}</dd></div><div><dt>began</dt><dd>"
        "{}</dd></div></dl></header>\n",
        escaped(s.name), badge(tone, verdict_of(k)), escaped(knee_sentence(k)), escaped(s.flows), escaped(s.target),
        show_duration(s.duration_ns), escaped(k.probes.front().load.started_at));
}

std::string row(const probe& p, const std::string& request) {
    const auto found = p.load.requests.find(request);
    const request_result none;
    const request_result& r = found == p.load.requests.end() ? none : found->second;
    const bool fails = state_of(p) == "fails";
    std::string judged_text;
    for (const judged& t : thresholds_of(p)) {
        judged_text += fmt::format("{}<code>{}</code> {}{}", judged_text.empty() ? "" : "<br>", escaped(t.text),
                                   escaped(t.actual), fails && !t.holds ? " " + badge("fail", "fails") : "");
    }
    std::string out = fmt::format("<tr><th class='n'>{}/s</th><td>{}</td>", show_number(p.rate), badge_of(p));
    for (const std::int64_t us : {r.latency.percentile(50), r.latency.percentile(99), r.service.percentile(50)})
        out += fmt::format("<td class='n'>{}</td>", show_us(us));
    return out + fmt::format("<td class='n'>{}</td><td>{}</td></tr>", grouped(r.failed), judged_text);
}

std::string table(const knee_result& k, const std::string& request) {
    std::string out = fmt::format(
        "<h2>Rates</h2><div class='scroll'><table><thead><tr><th class='n'>rate</th><th></th><th class='n'>{} "
        "p50</th>"
        "<th class='n'>p99</th><th class='n'>service p50</th><th "
        "class='n'>failed</th><th>thresholds</th></tr></thead>"
        "<tbody>",
        escaped(request));
    for (const probe* p : by_rate(k)) out += row(*p, request);
    return out +
           "</tbody></table></div><p class='under'>Latency counts from the intended start, service time from the "
           "first byte sent: where the two part, requests waited.</p>\n";
}

std::string latency_plot(const knee_result& k, const std::string& request) {
    plot p;
    p.title = request + ": latency by rate";
    p.x_title = "requests begun per second";
    p.curves = {{"p50", "var(--link)", {}}, {"p99", "var(--warn)", {}}, {"service time p50", "var(--soft)", {}}};
    for (const probe* one : by_rate(k)) {
        const auto found = one->load.requests.find(request);
        if (found == one->load.requests.end() || found->second.latency.count() == 0) continue;
        const request_result& r = found->second;
        p.curves[0].points.emplace_back(one->rate, static_cast<double>(r.latency.percentile(50)));
        p.curves[1].points.emplace_back(one->rate, static_cast<double>(r.latency.percentile(99)));
        p.curves[2].points.emplace_back(one->rate, static_cast<double>(r.service.percentile(50)));
        p.x_to = one->rate;
    }
    if (p.curves[0].points.size() < 2) return {};
    constexpr int parts = 5;
    for (int n = 0; n <= parts; ++n) {
        const double at = p.x_to * n / parts;
        p.x_marks.push_back({at, fmt::format("{:.0f}", at)});
    }
    return "<h2>Plot</h2>\n" + draw(p);
}

}  // namespace

json::value to_json(const knee_options& o, const knee_result& k) {
    json::array probes;
    for (const probe& p : k.probes) {
        probes.emplace_back(
            json::object{{"rate_per_s", per_second(p.rate)}, {"holds", p.holds}, {"load", to_json(p.load)}});
    }
    return json::object{{"schema", "assay.knee/1"},
                        {"verdict", verdict_of(k)},
                        {"highest_per_s", per_second(k.highest)},
                        {"says", knee_sentence(k)},
                        {"from_per_s", per_second(o.from)},
                        {"to_per_s", per_second(o.to)},
                        {"precision", per_second(o.precision)},
                        {"probes", std::move(probes)}};
}

std::string format_page(const knee_result& k) {
    const std::string request = main_request(k.probes.back().load);
    return page_with(k.probes.front().load.setup.name + ", the knee",
                     header(k) + "<main>\n" + table(k, request) + latency_plot(k, request) + "</main>");
}

}  // namespace assay::load
