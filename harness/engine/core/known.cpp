#include "harness/engine/core/known.hpp"

#include <string>

#include <fmt/format.h>

namespace assay::harness {
namespace {

using reports::verdict;

bool fits(const std::string& wanted, const std::string& actual) {
    return wanted.empty() || wanted == actual;
}

bool is_meant(const known_row& k, const reports::row& r) {
    // "polar" matches every polar@…
    const bool same_dialect = fits(k.dialect, r.dialect) || r.dialect.starts_with(k.dialect + "@");
    return k.check == r.check && same_dialect && fits(k.variant, r.variant) && fits(k.subject, r.subject);
}

bool deviates_as(const known_row& k, const reports::row& r) {
    if (k.verdict) return r.verdict == *k.verdict;
    // A failed precondition of the check can be an expected deviation, too; one of the whole run cannot.
    const bool undecided = r.verdict == verdict::error && r.cause.starts_with("precondition: ");
    return r.verdict == verdict::fail || r.verdict == verdict::warn || undecided;
}

bool passed(const known_row& k, const reports::row& r) {
    return r.verdict == verdict::pass || (!k.verdict && r.verdict == verdict::info);
}

void apply(std::span<reports::row> rows, const known_row& k) {
    std::vector<reports::row*> stale;
    bool deviates = false;
    for (reports::row& r : rows) {
        if (!is_meant(k, r)) continue;
        if (deviates_as(k, r)) {
            r.verdict = verdict::known;
            r.reason = k.reason;
            deviates = true;
        } else if (passed(k, r)) {
            stale.push_back(&r);
        }
    }
    if (deviates || k.sometimes) return;
    for (reports::row* r : stale) {
        r->verdict = verdict::stale;
        r->reason = fmt::format("a deviation was expected and did not happen ({}): {}", k.place, k.reason);
    }
}

}  // namespace

void apply_known(std::span<reports::row> rows, const std::vector<known_row>& known) {
    for (const known_row& k : known) apply(rows, k);
}

}  // namespace assay::harness
