// SARIF 2.1.0 (OASIS standard of 27 March 2020) for code scanning.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "reports/matrix.hpp"
#include "reports/text.hpp"
#include "reports/view.hpp"
#include "reports/writers.hpp"

namespace assay::reports {
namespace {

// GitHub's code scanning shows no more of one run.
constexpr std::size_t results_max = 5000;
constexpr std::size_t message_max = 2000;

json::value number(std::size_t n) {
    return json::value(static_cast<std::int64_t>(n));
}

json::object text_object(std::string_view text) {
    return json::object{{"text", cut(printable(text), message_max)}};
}

// RFC 3986 §3.3: a path as a URI reference.
std::string uri_of(std::string_view path) {
    std::string out = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("/-._~").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

json::object location_of(const source_place& at) {
    return json::object{{"physicalLocation",
                         json::object{{"artifactLocation", json::object{{"uri", uri_of(at.path)}}},
                                      {"region", json::object{{"startLine", at.line}, {"startColumn", at.column}}}}}};
}

std::string_view level_of(verdict v) {
    return v == verdict::fail ? "error" : v == verdict::warn ? "warning" : "note";
}

std::string message_of(const row& r) {
    return fmt::format("{}: {}.{}", r.subject, r.title, details_of(r));
}

json::object rule_of(const row& r) {
    json::object rule{{"id", r.check}, {"shortDescription", text_object(r.title)}};
    const std::string clauses = clauses_of(r);
    rule.append("fullDescription", text_object(fmt::format("{} ({})", r.title, clauses)));
    const std::string link = r.source.empty() ? std::string{} : clause_link(r.source.front());
    if (!link.empty()) rule.append("helpUri", link);
    rule.append("properties", json::object{{"tags", json::array{std::string(area_title(area_of(r)))}}});
    return rule;
}

json::object result_of(const run& all, const row& r, std::size_t rule) {
    json::object out{{"ruleId", r.check},
                     {"ruleIndex", number(rule)},
                     {"level", level_of(r.verdict)},
                     {"message", text_object(message_of(r))}};
    json::array locations;
    if (const auto at = place_of(all, r)) locations.emplace_back(location_of(*at));
    out.append("locations", std::move(locations));
    out.append("partialFingerprints",
               json::object{{"assayRow/v1", fmt::format("{}|{}|{}", key_of(r), r.subject, r.dialect)}});
    if (r.verdict == verdict::known) {
        out.append("suppressions", json::array{json::object{{"kind", "external"}, {"justification", r.reason}}});
    }
    return out;
}

std::string document(const run& r, const std::vector<const row*>& chosen) {
    json::array rules;
    json::array results;
    std::map<std::string, std::size_t> index;
    const std::size_t shown = std::min(chosen.size(), results_max);
    for (std::size_t i = 0; i < shown; ++i) {
        const auto [at, is_new] = index.emplace(chosen[i]->check, rules.size());
        if (is_new) rules.emplace_back(rule_of(*chosen[i]));
        results.emplace_back(result_of(r, *chosen[i], at->second));
    }
    json::object invocation{{"executionSuccessful", !r.interrupted}, {"exitCode", exit_code(r)}};
    if (shown < chosen.size()) {
        const std::string more =
            fmt::format("The {} worst results are here, and {} more in result.json.", shown, chosen.size() - shown);
        invocation.append("toolExecutionNotifications",
                          json::array{json::object{{"level", "warning"}, {"message", text_object(more)}}});
    }
    const json::object driver{{"name", "assay"}, {"rules", std::move(rules)}};
    const json::object one{{"tool", json::object{{"driver", driver}}},
                           {"columnKind", "unicodeCodePoints"},
                           {"invocations", json::array{std::move(invocation)}},
                           {"results", std::move(results)}};
    return json::format(json::value(json::object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                                 {"version", "2.1.0"},
                                                 {"runs", json::array{one}}})) +
           "\n";
}

}  // namespace

std::string format_sarif(const run& r) {
    const run safe = masked(r, mask{});
    std::vector<const row*> chosen;
    for (const row& each : safe.rows) {
        if (each.verdict == verdict::fail || each.verdict == verdict::warn) chosen.push_back(&each);
    }
    std::stable_sort(chosen.begin(), chosen.end(),
                     [](const row* a, const row* b) { return rank(a->verdict) < rank(b->verdict); });
    return document(safe, chosen);
}

std::string format_survivors(const run& r) {
    const run safe = masked(r, mask{});
    return document(safe, survivors(safe));
}

}  // namespace assay::reports
