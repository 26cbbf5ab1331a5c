// Names, totals and exit code of a run.
#include "reports/result.hpp"

#include <array>
#include <utility>

#include "reports/exit_code.hpp"

namespace assay::reports {
namespace {

constexpr std::array<std::string_view, 8> verdict_names{"pass", "fail",  "warn",  "info",
                                                        "skip", "error", "known", "stale"};
constexpr std::array<std::string_view, 5> level_names{"must", "should", "may", "info", "rob"};

template <class E, std::size_t N>
std::optional<E> named(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) return static_cast<E>(i);
    }
    return std::nullopt;
}

}  // namespace

std::string_view verdict_name(verdict v) {
    return verdict_names.at(static_cast<std::size_t>(v));
}
std::string_view level_name(level l) {
    return level_names.at(static_cast<std::size_t>(l));
}
std::optional<verdict> verdict_named(std::string_view name) {
    return named<verdict>(verdict_names, name);
}
std::optional<level> level_named(std::string_view name) {
    return named<level>(level_names, name);
}

verdict verdict_of_findings(level l) {
    switch (l) {
        case level::must:
        case level::rob:
            return verdict::fail;
        case level::should:
            return verdict::warn;
        case level::may:
        case level::info:
            break;
    }
    return verdict::info;
}

totals count(const std::vector<row>& rows) {
    totals t;
    for (const row& r : rows) {
        switch (r.verdict) {
            case verdict::pass:
                ++t.pass;
                break;
            case verdict::fail:
                ++t.fail;
                break;
            case verdict::warn:
                ++t.warn;
                break;
            case verdict::info:
                ++t.info;
                break;
            case verdict::skip:
                ++t.skip;
                break;
            case verdict::error:
                ++t.error;
                break;
            case verdict::known:
                ++t.known;
                break;
            case verdict::stale:
                ++t.stale;
                break;
        }
    }
    return t;
}

std::size_t decided(const totals& t) {
    return t.pass + t.fail + t.warn + t.info + t.known + t.stale;
}

int exit_code(const run& r) {
    const totals t = count(r.rows);
    std::vector<int> codes;
    if (r.interrupted) codes.push_back(exit_interrupted);
    if (t.error > 0 || decided(t) == 0) codes.push_back(exit_environment);
    if (t.fail > 0) codes.push_back(exit_failed);
    if (t.stale > 0) codes.push_back(exit_stale);
    return first_exit_code(codes);
}

run masked(run r, const mask& secrets) {
    const auto apply = [&](std::string& text) {
        if (!text.empty()) text = secrets.apply(std::move(text));
    };
    apply(r.command);
    for (std::string& note : r.notes) apply(note);
    for (subject& s : r.subjects) apply(s.issuer);
    for (row& each : r.rows) {
        apply(each.reason);
        apply(each.reproduce);
        for (finding& f : each.findings) {
            apply(f.at);
            f.expected = secrets.apply_at(f.at, std::move(f.expected));
            f.actual = secrets.apply_at(f.at, std::move(f.actual));
        }
        for (evidence& e : each.exchanges) {
            apply(e.request);
            apply(e.response);
        }
    }
    return r;
}

}  // namespace assay::reports
