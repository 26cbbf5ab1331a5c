#include "harness/engine/server/proof.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <span>

#include <fmt/format.h>

#include "harness/engine/core/parallel.hpp"
#include "harness/engine/server/run_check.hpp"
#include "harness/engine/server/subject.hpp"
#include "harness/engine/server/verbs/verb.hpp"

namespace assay::harness {
namespace {

using reports::verdict;

// The result of one variant of a check under some faults.
struct observation {
    verdict said = verdict::pass;
    std::string detail;   // why it did not pass
    std::string pattern;  // for info checks: the findings, without values that vary between runs
};

std::string pattern_of(const reports::row& r) {
    std::string out;
    for (const reports::finding& f : r.findings) {
        const bool stable = f.at == "status" || f.at == "flow" || f.at == "page" || f.at == "redirect" ||
                            f.at.ends_with("/error") || f.at.ends_with(" error");
        out += fmt::format("{}|{}|{}\n", f.step, f.at, stable ? f.actual : "");
    }
    return out;
}

std::string detail_of(const reports::row& r) {
    if (r.verdict == verdict::pass) return {};
    const std::string said(reports::verdict_name(r.verdict));
    if (!r.reason.empty()) return fmt::format("{}: {}", said, r.reason);
    if (r.findings.empty()) return said;
    const reports::finding& f = r.findings.front();
    return fmt::format("{} at step {}, {}: expected {}, found {} ({})", said, f.step, f.at, f.expected, f.actual,
                       f.place);
}

// Has a race, a moved clock, or hundreds of rounds.
bool is_slow(const std::vector<step>& steps) {
    return std::any_of(steps.begin(), steps.end(),
                       [](const step& s) { return verb_of(s).is_slow(s) || is_slow(s.steps); });
}

json::value defect(const std::string& rule) {
    return json::array{json::object{{"defect", rule}}};
}

// A check on a dialect, in all its variants: without faults (base), under a witness, or under a defect of the matrix.
struct job {
    enum class kind { base, witness, defect } what = kind::base;
    const check* c = nullptr;
    server_subject* subject = nullptr;
    json::value faults = json::array{};  // may contain ${matrix.NAME}
    std::size_t base = 0;                // index of the job without faults
    std::string name;                    // the witness as text, or the rule
    std::vector<observation> seen;       // one per variant
};

void carry_out(job& j) {
    for (const variant& v : variants(*j.c)) {
        const reports::row r = run_check(*j.subject, *j.c, v, {with_matrix(j.faults, v)});
        j.seen.push_back({r.verdict, detail_of(r), pattern_of(r)});
    }
}

std::vector<job> plan(const std::vector<check>& checks, const proof_options& options,
                      std::map<std::string, std::unique_ptr<server_subject>>& subjects) {
    std::vector<job> out;
    for (const check& c : checks) {
        if (c.is_client) continue;
        for (const std::string& dialect : c.proof_dialects()) {
            auto& subject = subjects[dialect];
            if (!subject) subject = make_mock_subject(options.control_origin, dialect, options.ca_file);
            const std::size_t base = out.size();
            out.push_back({job::kind::base, &c, subject.get(), json::array{}, base, "", {}});
            for (const witness& w : c.witnesses) {
                out.push_back({job::kind::witness, &c, subject.get(), w.faults, base, json::format(w.faults), {}});
            }
            if (!options.matrix || !in_matrix(c)) continue;
            for (const std::string& rule : options.rules) {
                out.push_back({job::kind::defect, &c, subject.get(), defect(rule), base, rule, {}});
            }
        }
    }
    return out;
}

// Whether the variant detects the fault. A run that was skipped or undecided detects nothing.
bool tells(const observation& seen, const observation& base) {
    if (seen.said == verdict::fail || seen.said == verdict::warn) return true;
    if (seen.said != verdict::info) return false;
    return base.said != verdict::info || seen.pattern != base.pattern;
}

// The rule, if the witness is one rule switched off.
std::string single_defect(const json::value& faults) {
    const json::array* all = faults.as_array();
    if (all == nullptr || all->size() != 1) return {};
    return std::string(all->front().string_at("defect"));
}

using noticed_rules = std::map<std::string, std::set<std::string>>;

// Adds the rules that this job switches off and that the check detected, in any variant.
void add_noticed(const job& j, const job& base, noticed_rules& out) {
    const std::vector<variant> all = variants(*j.c);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!tells(j.seen[i], base.seen[i])) continue;
        const std::string rule = single_defect(with_matrix(j.faults, all[i]));
        if (!rule.empty()) out[rule].insert(j.c->id);
    }
}

// Each variant must pass without faults and not under some witness, and each witness must be detected by some
// variant.
void judge_variants(const job& base, std::span<const job> witnesses, proof& out) {
    const std::vector<variant> all = variants(*base.c);
    std::vector<bool> idle(witnesses.size(), true);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string of = all[i].name.empty() ? "" : fmt::format(" [{}]", all[i].name);
        const std::string where = fmt::format("{}{} on {}", base.c->id, of, base.subject->dialect());
        const observation& without = base.seen[i];
        out.environment |= without.said == verdict::error;
        if (without.said != verdict::pass && without.said != verdict::info) {
            out.broken.push_back(fmt::format("{} does not pass without faults: {}", where, without.detail));
        }
        bool caught = false;
        std::string said;
        for (std::size_t w = 0; w < witnesses.size(); ++w) {
            const observation& seen = witnesses[w].seen[i];
            const bool told = tells(seen, without);
            caught = caught || told;
            if (told) idle[w] = false;
            said += fmt::format("{}{}: {}", said.empty() ? "" : "; ",
                                json::format(with_matrix(witnesses[w].faults, all[i])),
                                seen.detail.empty() ? reports::verdict_name(seen.said) : seen.detail);
        }
        if (!caught) out.broken.push_back(fmt::format("{} fails under no witness of its own: {}", where, said));
    }
    for (std::size_t w = 0; w < witnesses.size(); ++w) {
        // If no variant detected any witness, that has been reported already.
        if (!idle[w] || std::find(idle.begin(), idle.end(), false) == idle.end()) continue;
        out.broken.push_back(fmt::format("{} on {} fails in no variant under its witness {}", base.c->id,
                                         base.subject->dialect(), witnesses[w].name));
    }
}

void judge_jobs(const std::vector<job>& jobs, proof& out) {
    noticed_rules noticed;
    for (std::size_t at = 0; at < jobs.size(); ++at) {
        const job& j = jobs[at];
        if (j.what != job::kind::base) {
            add_noticed(j, jobs[j.base], noticed);
            continue;
        }
        std::size_t end = at + 1;
        while (end < jobs.size() && jobs[end].what == job::kind::witness) ++end;
        judge_variants(j, std::span(jobs).subspan(at + 1, end - at - 1), out);
    }
    for (const auto& [rule, ids] : noticed) out.noticed[rule].assign(ids.begin(), ids.end());
}

}  // namespace

bool in_matrix(const check& c) {
    return !is_slow(c.steps);
}

proof prove_server_checks(const std::vector<check>& checks, const proof_options& options) {
    std::map<std::string, std::unique_ptr<server_subject>> subjects;
    std::vector<job> jobs = plan(checks, options, subjects);
    std::mutex lock;
    std::size_t done = 0;
    parallel_for(jobs.size(), options.jobs == 0 ? default_jobs() : options.jobs, options.stop, [&](std::size_t i) {
        carry_out(jobs[i]);
        const std::lock_guard guard(lock);
        ++done;
        if (options.progress) options.progress(done, jobs.size());
    });
    proof out;
    out.runs = done;
    if (options.matrix) {
        for (const std::string& rule : options.rules) out.noticed[rule];
    }
    if (done == jobs.size()) judge_jobs(jobs, out);
    return out;
}

}  // namespace assay::harness
