// JUnit XML for CI systems: one testsuite per subject, one testcase per row.
#include <algorithm>

#include <fmt/format.h>

#include "reports/text.hpp"
#include "reports/view.hpp"
#include "reports/writers.hpp"

namespace assay::reports {
namespace {

// CI systems store the text of every failing case for every build.
constexpr std::size_t exchange_limit = 4096;

std::string seconds(std::int64_t time_us) {
    constexpr double per_second = 1e6;
    return fmt::format("{:.3f}", static_cast<double>(time_us) / per_second);
}

std::string text(std::string_view s) {
    return escape_markup(printable(s));
}
std::string attribute(std::string_view s) {
    return escape_attribute(printable(s));
}

// CI systems group packages at dots.
std::string package_name(std::string name) {
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
}

std::string story(const row& r) {
    std::string out;
    if (const std::string clauses = clauses_of(r); !clauses.empty()) {
        out += fmt::format("clause: {} ({})\n", clauses, level_name(r.level));
    }
    if (!r.reason.empty()) out += fmt::format("reason: {}\n", r.reason);
    for (const finding& f : r.findings) {
        out += fmt::format("step: {}, {}\nexpected: {}\nactual: {}\n", f.step, f.at, cut(f.expected, exchange_limit),
                           cut(f.actual, exchange_limit));
        if (!f.place.empty()) out += fmt::format("stated in: {}\n", f.place);
    }
    const evidence* shown = r.findings.empty() ? (r.exchanges.empty() ? nullptr : &r.exchanges.back())
                                               : exchange_of(r, r.findings.front());
    if (shown != nullptr) {
        out += fmt::format("\n--- sent\n{}\n--- answer\n{}\n", cut(shown->request, exchange_limit),
                           cut(shown->response, exchange_limit));
    }
    if (!r.reproduce.empty()) out += fmt::format("\nagain: {}\n", r.reproduce);
    return out;
}

// "json /error: expected invalid_grant, was access_denied".
std::string message(const row& r) {
    constexpr std::size_t longest = 300;
    if (r.findings.empty()) return r.reason;
    const finding& f = r.findings.front();
    return cut(fmt::format("{}: expected {}, was {}", f.at.empty() ? f.step : f.at, f.expected, f.actual), longest);
}

void add_case(const row& r, std::string& out) {
    out += fmt::format(
        "    <testcase name=\"{}\" classname=\"{}\" time=\"{}\"",
        attribute(fmt::format("{} {}{}", r.check, r.title, r.variant.empty() ? "" : fmt::format(" [{}]", r.variant))),
        attribute(fmt::format("assay.{}.{}", package_name(r.subject), area_of(r))), seconds(r.time_us));
    const auto element = [&](std::string_view name) {
        out += fmt::format(">\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n    </testcase>\n", name,
                           verdict_name(r.verdict), attribute(message(r)), text(story(r)));
    };
    switch (r.verdict) {
        case verdict::pass:
            out += "/>\n";
            break;
        case verdict::fail:
        case verdict::stale:
            element("failure");
            break;
        case verdict::error:
            element("error");
            break;
        case verdict::skip:
        case verdict::known: {
            const std::string why = r.verdict == verdict::known ? "known: " + r.reason : r.reason;
            out += fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", attribute(why));
            break;
        }
        case verdict::warn:
        case verdict::info:
            out += fmt::format(">\n      <system-out>{}: {}\n{}</system-out>\n    </testcase>\n",
                               verdict_name(r.verdict), text(message(r)), text(story(r)));
            break;
    }
}

void add_suite(const group& g, std::string_view started_at, std::string& out) {
    std::int64_t time_us = 0;
    for (const row* r : g.rows) time_us += r->time_us;
    if (started_at.ends_with('Z')) started_at.remove_suffix(1);  // the schema requires a time without a zone
    out += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\" "
        "timestamp=\"{}\">\n",
        attribute(g.name), g.rows.size(), g.sum.fail + g.sum.stale, g.sum.error, g.sum.skip + g.sum.known,
        seconds(time_us), attribute(started_at));
    if (g.about != nullptr) {
        out += "    <properties>\n";
        const auto property = [&](std::string_view name, std::string_view value) {
            if (value.empty()) return;
            out += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, attribute(value));
        };
        property("kind", g.about->kind);
        property("version", g.about->version);
        property("dialect", g.about->dialect);
        property("issuer", g.about->issuer);
        out += "    </properties>\n";
    }
    for (const row* r : g.rows) add_case(*r, out);
    out += "  </testsuite>\n";
}

}  // namespace

std::string format_junit(const run& r) {
    const run safe = masked(r, mask{});
    const totals t = count(safe.rows);
    // The number of skipped cases is a suite's: Jenkins' schema has none here.
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    out += fmt::format("<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{}\">\n",
                       attribute(safe.profile.empty() ? "assay" : "assay " + safe.profile), safe.rows.size(),
                       t.fail + t.stale, t.error, seconds(safe.time_us));
    for (const group& g : by_subject(safe)) {
        if (!g.rows.empty()) add_suite(g, safe.started_at, out);
    }
    return out + "</testsuites>\n";
}

}  // namespace assay::reports
