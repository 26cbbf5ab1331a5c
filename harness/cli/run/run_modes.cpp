#include "harness/cli/run/run_modes.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "harness/cli/shared/server_process.hpp"
#include "harness/scenario/baseline.hpp"
#include "reports/view.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
using reports::verdict;

bool same_key(const reports::row& a, const reports::row& b) {
    return a.check == b.check && a.variant == b.variant && a.subject == b.subject && a.dialect == b.dialect;
}

}  // namespace

bool within_grade(reports::level l, const std::string& grade) {
    using enum reports::level;
    if (grade == "must") return l == must;
    return grade != "should" || (l != info && l != rob);
}

void keep_failed(const reports::run& before, std::vector<check>& checks) {
    std::set<std::string> failed;
    for (const reports::row& r : before.rows) {
        if (r.verdict == verdict::fail || r.verdict == verdict::error || r.verdict == verdict::warn ||
            r.verdict == verdict::stale) {
            failed.insert(r.check);
        }
    }
    std::erase_if(checks, [&](const check& c) { return !failed.contains(c.id); });
}

std::vector<reports::row> merge_repetitions(std::vector<std::vector<reports::row>> all) {
    if (all.empty()) return {};
    std::vector<reports::row> out = std::move(all.front());
    for (reports::row& r : out) {
        std::size_t times = 1;
        std::size_t worst = 1;
        for (std::size_t n = 1; n < all.size(); ++n) {
            const auto other =
                std::find_if(all[n].begin(), all[n].end(), [&](const reports::row& one) { return same_key(one, r); });
            if (other == all[n].end()) continue;
            ++times;
            if (other->verdict == r.verdict) {
                ++worst;
            } else if (reports::rank(other->verdict) < reports::rank(r.verdict)) {
                r = std::move(*other);
                worst = 1;
            }
        }
        if (worst == times) continue;
        r.reason =
            fmt::format("{}{} of {} repetitions ended so", r.reason.empty() ? "" : r.reason + "; ", worst, times);
    }
    return out;
}

std::string baseline_beside(const std::string& server) {
    std::error_code bad;
    if (!fs::is_regular_file(server, bad)) return {};
    return (fs::path(server).parent_path() / "baseline.yaml").string();
}

result<std::string> server_name(const std::string& server, const oidf_choice& choice) {
    auto spec = read_server(server, choice);
    if (!spec) return fail(spec.error());
    return spec->name;
}

std::vector<std::string> subjects_of(const client_spec& c) {
    std::vector<std::string> out;
    for (const client_configuration& one : c.configurations) out.push_back(c.subject_in(one.name));
    return out;
}

std::vector<known_row> for_each_subject(std::vector<known_row> rows, const std::vector<std::string>& subjects) {
    std::vector<known_row> out;
    for (known_row& row : rows) {
        if (!row.subject.empty()) {
            out.push_back(std::move(row));
            continue;
        }
        for (const std::string& one : subjects) {
            out.push_back(row);
            out.back().subject = one;
        }
    }
    return out;
}

result<std::vector<known_row>> read_client_baseline(const client_spec& c, const std::vector<check>& checks,
                                                    std::vector<std::string>& notes) {
    if (c.folder.empty()) return std::vector<known_row>{};
    const std::vector<std::string> subjects = subjects_of(c);
    auto rows = read_baseline((fs::path(c.folder) / "baseline.yaml").string(), {&checks, subjects, {}}, notes);
    if (!rows) return rows;
    return for_each_subject(std::move(*rows), subjects);
}

result<std::vector<known_row>> read_baseline(const std::string& file, const known_row_names& names,
                                             std::vector<std::string>& notes) {
    std::error_code bad;
    if (file.empty() || !fs::exists(file, bad)) return std::vector<known_row>{};
    auto d = yaml::read_file(file);
    if (!d) return fail(d.error());
    auto rows = load_baseline(*d, names);
    if (!rows) return rows;
    std::vector<std::string> unreviewed;
    for (const known_row& k : *rows) {
        if (k.reason.empty()) unreviewed.push_back(k.check);
    }
    if (!unreviewed.empty()) {
        notes.push_back(
            fmt::format("{}: {} without a reason and not taken as expected yet: {}", file,
                        unreviewed.size() == 1 ? "1 row is" : fmt::format("{} rows are", unreviewed.size()),
                        fmt::join(unreviewed, ", ")));
    }
    std::erase_if(*rows, [](const known_row& k) { return k.reason.empty(); });
    return rows;
}

}  // namespace assay::harness
