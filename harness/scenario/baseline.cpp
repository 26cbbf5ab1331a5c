#include "harness/scenario/baseline.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace assay::harness {
namespace {

using reports::verdict;

bool deviates(const reports::row& r) {
    // A check whose precondition always fails on this server is expected, too, like a deviation.
    const bool undecided = r.verdict == verdict::error && r.cause.starts_with("precondition: ");
    return r.verdict == verdict::fail || r.verdict == verdict::warn || r.verdict == verdict::known || undecided;
}

bool holds(const reports::row& r) {
    return r.verdict == verdict::pass || r.verdict == verdict::info || r.verdict == verdict::stale;
}

bool is_about(const known_row& k, const reports::row& r) {
    return k.check == r.check && (k.variant.empty() || k.variant == r.variant);
}

std::string key_of(const known_row& k) {
    return k.variant.empty() ? k.check : fmt::format("{} [{}]", k.check, k.variant);
}

// The rows of that subject, by check.
std::map<std::string, std::vector<const reports::row*>> rows_of(const reports::run& r, const std::string& subject) {
    std::map<std::string, std::vector<const reports::row*>> out;
    for (const reports::row& one : r.rows) {
        if (one.subject == subject) out[one.check].push_back(&one);
    }
    return out;
}

// One line for a comment: the expected and the actual value.
std::string in_short(const reports::row& r) {
    constexpr std::size_t longest = 100;
    if (r.findings.empty()) return "it deviates";
    const auto& f = r.findings.front();
    std::string out = fmt::format("step {}, {}: expected {}, was {}", f.step, f.at, f.expected, f.actual);
    if (out.size() > longest) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
        out = out.substr(0, end) + "…";
    }
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }, ' ');
    return out;
}

}  // namespace

result<std::vector<known_row>> load_baseline(const yaml::document& d, const known_row_names& names) {
    static constexpr std::array<std::string_view, 1> keys{"known"};
    if (auto ok = yaml::only_keys(d, d.root, keys, "the baseline"); !ok) return fail(ok.error());
    const yaml::node* rows = d.root.find("known");
    if (rows == nullptr) return fail(d.error_at(d.root.at, "a baseline holds 'known', a list of rows"));
    return load_known(d, *rows, names, reasons::may_be_missing);
}

baseline_change update_baseline(const std::vector<known_row>& old, const reports::run& r,
                                const std::string& subject) {
    baseline_change out;
    const auto ran = rows_of(r, subject);
    for (const known_row& k : old) {
        const auto found = ran.find(k.check);
        const auto any = [&](bool (*is)(const reports::row&)) {
            return found != ran.end() &&
                   std::any_of(found->second.begin(), found->second.end(),
                               [&](const reports::row* one) { return is_about(k, *one) && is(*one); });
        };
        if (k.sometimes || any(deviates) || !any(holds)) {
            out.rows.push_back(k);
        } else {
            out.removed.push_back(key_of(k));
        }
    }
    for (const auto& [check, rows] : ran) {
        const bool all = std::all_of(rows.begin(), rows.end(), [](const auto* one) { return deviates(*one); });
        for (const reports::row* one : rows) {
            const bool known =
                std::any_of(out.rows.begin(), out.rows.end(), [&](const known_row& k) { return is_about(k, *one); });
            if (!deviates(*one) || known) continue;
            known_row fresh;
            fresh.check = check;
            if (!all) fresh.variant = one->variant;
            out.added.push_back(key_of(fresh));
            out.rows.push_back(std::move(fresh));
        }
    }
    std::stable_sort(out.rows.begin(), out.rows.end(), [](const known_row& a, const known_row& b) {
        return std::tie(a.check, a.variant) < std::tie(b.check, b.variant);
    });
    out.unreviewed = static_cast<std::size_t>(
        std::count_if(out.rows.begin(), out.rows.end(), [](const known_row& k) { return k.reason.empty(); }));
    return out;
}

std::string format_baseline(const std::vector<known_row>& rows, const reports::run& r, const std::string& subject) {
    std::string out = fmt::format(
        "# Expected deviations of {}, each with its reason. `assay baseline update` adds rows without one; "
        "such a\n# row has no effect. A row that no longer holds ends a run with exit code 6.\n"
        "known:{}\n",
        subject, rows.empty() ? " []" : "");
    for (const known_row& k : rows) {
        if (k.reason.empty()) {
            const auto ran = rows_of(r, k.subject.empty() ? subject : k.subject);
            if (const auto found = ran.find(k.check); found != ran.end()) {
                for (const reports::row* one : found->second) {
                    if (!is_about(k, *one) || !deviates(*one)) continue;
                    out += fmt::format("  # {}: {}\n", one->title, in_short(*one));
                    break;
                }
            }
        }
        out += fmt::format("  - {{ check: {}", k.check);
        if (!k.variant.empty()) out += fmt::format(", variant: {}", json::quote(k.variant));
        if (!k.dialect.empty()) out += fmt::format(", dialect: {}", json::quote(k.dialect));
        if (!k.subject.empty()) out += fmt::format(", subject: {}", json::quote(k.subject));
        if (k.sometimes) out += ", sometimes: true";
        out += fmt::format(", reason: {} }}\n", json::quote(k.reason));
    }
    return out;
}

}  // namespace assay::harness
