#include "harness/load/measurement/threshold.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/number.hpp"
#include "harness/load/schedule/duration.hpp"

namespace assay::load {
namespace {

constexpr std::array<std::string_view, 5> relations{"<=", ">=", "==", "<", ">"};

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
    while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
    return s;
}

// "p99", "p99.9"; "p999" is the usual short form of p99.9.
std::optional<double> percentile_named(std::string_view metric) {
    if (metric.size() < 2 || metric.front() != 'p') return std::nullopt;
    auto n = parse_number(metric.substr(1));
    while (n && *n > 100) *n /= 10;
    return n;
}

constexpr std::string_view service_prefix = "service.";
constexpr std::string_view all_prefix = "all.";

bool is_time(std::string_view metric) {
    for (const std::string_view prefix : {service_prefix, all_prefix}) {
        if (!metric.starts_with(prefix)) continue;
        metric.remove_prefix(prefix.size());
        break;
    }
    return metric == "max" || metric == "min" || metric == "mean" || percentile_named(metric).has_value();
}

double time_of(const histogram& h, std::string_view metric) {
    if (metric == "max") return static_cast<double>(h.max());
    if (metric == "min") return static_cast<double>(h.min());
    if (metric == "mean") return h.mean();
    return static_cast<double>(h.percentile(percentile_named(metric).value_or(50)));
}

result<void> read_bound(threshold& t, std::string_view text) {
    auto q = parse_quantity(text);
    if (!q) return fail(q.error());
    t.bound = q->number;
    switch (t.what) {
        case quantity_of::time_us: {
            auto ns = parse_duration(text);
            if (!ns) return fail(ns.error());
            t.bound = static_cast<double>(*ns) / 1e3;
            return {};
        }
        case quantity_of::share:
            if (q->unit == "%") t.bound /= 100;
            if (q->unit == "%" || q->unit.empty()) return {};
            return fail(errc::usage, fmt::format("'{}' must be a share like 0.1%", text));
        case quantity_of::rate:
            if (q->unit == "/s" || q->unit.empty()) return {};
            return fail(errc::usage, fmt::format("'{}' must be a rate like 5000/s", text));
        case quantity_of::count:
            if (q->unit.empty()) return {};
            return fail(errc::usage, fmt::format("'{}' must be a number without a unit", text));
    }
    return {};
}

result<void> read_metric(threshold& t, std::string_view name) {
    const std::size_t dot = name.find('.');
    const std::string_view first = name.substr(0, dot);
    if (first == "errors" || first == "rate") {
        t.metric = name;
    } else if (dot != std::string_view::npos) {
        t.request = first;
        t.metric = name.substr(dot + 1);
    }
    if (t.request == "invariant") {
        const auto& known = invariant_names();
        t.what = quantity_of::count;
        if (std::find(known.begin(), known.end(), t.metric) != known.end()) return {};
        return fail(errc::usage,
                    fmt::format("there is no invariant '{}'{}", t.metric, did_you_mean(t.metric, known)));
    }
    t.what = t.metric == "errors"  ? quantity_of::share
             : t.metric == "rate"  ? quantity_of::rate
             : t.metric == "count" ? quantity_of::count
                                   : quantity_of::time_us;
    if (t.what != quantity_of::time_us || (!t.request.empty() && is_time(t.metric))) return {};
    return fail(
        errc::usage,
        fmt::format("'{}' is no figure; write LEG.p99, LEG.service.p99, LEG.all.p99, LEG.max, LEG.mean, LEG.errors, "
                    "LEG.rate, LEG.count, errors, rate, lag.p99 or invariant.NAME",
                    name));
}

std::string show(double n, quantity_of what) {
    if (what == quantity_of::time_us) return show_us(static_cast<std::int64_t>(n));
    if (what == quantity_of::share) return fmt::format("{:.3g}%", n * 100);
    if (what == quantity_of::rate) return fmt::format("{}/s", show_number(n));
    return fmt::format("{:.0f}", n);
}

bool compare(double actual, const std::string& relation, double bound) {
    if (relation == "<") return actual < bound;
    if (relation == "<=") return actual <= bound;
    if (relation == ">") return actual > bound;
    if (relation == ">=") return actual >= bound;
    return actual == bound;
}

double share_of(std::uint64_t failed, std::uint64_t all) {
    return all == 0 ? 0 : static_cast<double>(failed) / static_cast<double>(all);
}

// The share of failed requests, without those in `apart`; nullopt if there were no requests.
std::optional<double> errors_of(const load_result& r, const std::set<std::string>& apart) {
    std::uint64_t failed = 0;
    std::uint64_t all = 0;
    for (const auto& [name, request] : r.requests) {
        if (request.whole || apart.contains(name)) continue;
        failed += request.failed;
        all += request.count();
    }
    if (all == 0) return std::nullopt;
    return share_of(failed, all);
}

std::optional<double> of_request(const threshold& t, const request_result& request, const load_result& r) {
    if (t.metric == "errors") return share_of(request.failed, request.count());
    if (t.metric == "count") return static_cast<double>(request.count());
    if (t.metric == "rate") {
        return r.elapsed_ns == 0 ? 0 : static_cast<double>(request.count()) * 1e9 / static_cast<double>(r.elapsed_ns);
    }
    const std::string_view metric = t.metric;
    if (metric.starts_with(all_prefix)) {
        histogram all = request.latency;
        all.add(request.failed_latency);
        return time_of(all, metric.substr(all_prefix.size()));
    }
    if (request.latency.count() == 0) return std::nullopt;
    if (metric.starts_with(service_prefix)) return time_of(request.service, metric.substr(service_prefix.size()));
    return time_of(request.latency, metric);
}

// The text that replaces a figure.
std::string nothing_measured(const threshold& t, const load_result& r) {
    if (const auto at = r.requests.find(t.request); at != r.requests.end() && at->second.count() > 0)
        return "none succeeded, so there is no time to judge";
    std::string known;
    for (const auto& [name, request] : r.requests) known += (known.empty() ? "" : ", ") + name;
    return fmt::format("no such request was made (there were: {})", known.empty() ? "none" : known);
}

// At most 1 % may fail of the requests to which no threshold on errors applies.
std::optional<judged> judge_unasked(const load_result& r) {
    std::set<std::string> asked;
    for (const std::string& text : r.setup.thresholds) {
        const auto t = parse_threshold(text);
        if (!t || t->what != quantity_of::share) continue;
        if (t->request.empty()) return std::nullopt;
        asked.insert(t->request);
    }
    const auto share = errors_of(r, asked);
    if (!share) return std::nullopt;
    return judged{fmt::format("errors <= {} ({})", show(failed_share_max, quantity_of::share),
                              asked.empty() ? "no threshold on errors is set"
                                            : "of the requests without a threshold on errors"),
                  show(*share, quantity_of::share), *share <= failed_share_max};
}

}  // namespace

const std::vector<std::string>& invariant_names() {
    static const std::vector<std::string> names{"code_reuse",    "cross_user",   "refresh_reuse",  "rotation",
                                                "repeated_code", "repeated_jti", "repeated_token", "state",
                                                "nonce",         "id_token"};
    return names;
}

result<threshold> parse_threshold(std::string_view text) {
    threshold t;
    t.text = trimmed(text);
    for (const std::string_view relation : relations) {
        const std::size_t at = t.text.find(relation);
        if (at == std::string::npos) continue;
        t.relation = relation;
        const std::string_view whole = t.text;
        if (auto ok = read_metric(t, trimmed(whole.substr(0, at))); !ok) return fail(ok.error());
        if (auto ok = read_bound(t, trimmed(whole.substr(at + relation.size()))); !ok) {
            return fail(errc::usage, fmt::format("threshold '{}': {}", t.text, ok.error().message));
        }
        return t;
    }
    return fail(errc::usage, fmt::format("threshold '{}' compares nothing; write it like \"token.p99 < 20ms\", "
                                         "\"errors < 0.1%\" or \"invariant.code_reuse == 0\"",
                                         t.text));
}

judged judge(const threshold& t, const load_result& r) {
    judged out{t.text, {}, false};
    if (t.request == "invariant") {
        const auto at = r.invariants.find(t.metric);
        if (at == r.invariants.end() || at->second.tried == 0) {
            out.actual = "never tried by these flows";
            return out;
        }
        out.actual = fmt::format("{} of {}", at->second.broken, at->second.tried);
        out.holds = compare(static_cast<double>(at->second.broken), t.relation, t.bound);
        return out;
    }
    std::optional<double> actual;
    if (t.request.empty()) {
        actual = t.metric == "rate" ? std::optional(r.achieved_rate()) : errors_of(r, {});
    } else if (t.request == "lag") {
        actual = time_of(r.lag, t.metric);
    } else if (const auto at = r.requests.find(t.request); at != r.requests.end() && at->second.count() > 0) {
        actual = of_request(t, at->second, r);
    }
    if (!actual) {
        out.actual = nothing_measured(t, r);
        return out;
    }
    out.actual = show(*actual, t.what);
    out.holds = compare(*actual, t.relation, t.bound);
    return out;
}

double failed_share(const load_result& r) {
    return errors_of(r, {}).value_or(0);
}

std::vector<judged> judge(const load_result& r) {
    std::vector<judged> out;
    if (auto unasked = judge_unasked(r)) out.push_back(std::move(*unasked));
    for (const std::string& text : r.setup.thresholds) {
        auto t = parse_threshold(text);
        out.push_back(t ? judge(*t, r) : judged{text, t.error().message, false});
    }
    return out;
}

result<void> check_request_names(const load_result& r) {
    std::vector<std::string> requests;
    for (const auto& [name, request] : r.requests) requests.push_back(name);
    for (const std::string& text : r.setup.thresholds) {
        const auto t = parse_threshold(text);
        if (!t) return fail(t.error());
        const bool names_request = !t->request.empty() && t->request != "invariant" && t->request != "lag";
        if (!names_request || r.requests.contains(t->request)) continue;
        return fail(errc::usage,
                    fmt::format("threshold '{}': this load makes no request '{}'{}; it makes {}", text, t->request,
                                did_you_mean(t->request, requests), fmt::join(requests, ", ")));
    }
    return {};
}

}  // namespace assay::load
