#include "harness/cli/twin/twin.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "harness/cli/twin/compare.hpp"
#include "harness/cli/twin/mend.hpp"

namespace assay::harness::twin {
namespace {

constexpr int rounds_max = 100;  // each mends one thing

std::string name_of(const capture& c) {
    auto host = c.origin.substr(c.origin.find("://") + 3);
    host = host.substr(0, host.find(':'));
    std::erase_if(
        host, [](char ch) { return std::isalnum(static_cast<unsigned char>(ch)) == 0 && ch != '.' && ch != '-'; });
    return fmt::format("{}@{}", host, c.day.empty() ? "captured" : c.day.substr(0, 7));
}

std::string told_of(const rehearsed& r, const std::string& what) {
    return fmt::format("{}: {}.", seen_at(r.of->of), what);
}

// Rehearses until nothing can be mended any more; what is left is told.
result<void> rehearse_and_mend(draft& o) {
    mender by(o);
    for (int round = 0; round < rounds_max; ++round) {
        const auto all = rehearse(o.from, o.text());
        if (!all) return fail(all.error());
        if (std::any_of(all->begin(), all->end(), [&](const rehearsed& r) { return by.mend(r); })) continue;
        for (const auto& r : *all) {
            // Where a person denied there, a person has to deny here.
            const bool denied = r.of->callback.value("error") == "access_denied";
            const auto left = denied ? std::string{} : difference(r);
            if (!left.empty()) o.doubt(o.hidden.told(told_of(r, left)));
            if (!r.skipped.empty()) o.doubt(o.hidden.told(told_of(r, "not compared, as " + r.skipped)));
        }
        break;
    }
    return {};
}

}  // namespace

result<std::string> draft_dialect(std::string_view har, const std::string& file, const draft_options& o) {
    const auto all = read_har(har);
    if (!all) return fail(all.error().code, all.error().message, file);
    const auto found = find_provider(*all, file, o.provider);
    if (!found) return fail(found.error());
    auto base = o.extends.empty() ? result<std::shared_ptr<const mock::dialect>>(nearest_dialect(*found))
                                  : mock::find_dialect(o.extends);
    if (!base) return fail(base.error());
    const placeholders hidden(*found, *all);
    draft out(*found, hidden, std::move(*base), o.name.empty() ? name_of(*found) : o.name);
    take_facts(out);
    if (const auto ok = rehearse_and_mend(out); !ok)
        out.doubt(fmt::format("The requests could not be repeated at a mock with this dialect: {}.",
                              hidden.told(ok.error().message)));
    return out.text();
}

}  // namespace assay::harness::twin
