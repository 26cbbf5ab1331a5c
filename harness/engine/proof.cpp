#include "harness/engine/proof.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "harness/engine/parallel.hpp"
#include "harness/engine/run_check.hpp"
#include "harness/engine/subject.hpp"

namespace assay::harness {
namespace {

using reports::verdict;

// What one check says under some faults: its worst variant.
struct observation {
    verdict said = verdict::pass;
    std::string detail;   // of the first variant that did not pass
    std::string pattern;  // for info checks: what was seen, without values that differ from run to run
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
    const std::string variant = r.variant.empty() ? "" : fmt::format(" [{}]", r.variant);
    if (!r.reason.empty()) return fmt::format("{}{}: {}", reports::verdict_name(r.verdict), variant, r.reason);
    if (r.findings.empty()) return fmt::format("{}{}", reports::verdict_name(r.verdict), variant);
    const reports::finding& f = r.findings.front();
    return fmt::format("{}{} at step {}, {}: expected {}, found {} ({})", reports::verdict_name(r.verdict), variant,
                       f.step, f.at, f.expected, f.actual, f.place);
}

observation observe(server_subject& subject, const check& c, const json::value& faults) {
    observation out;
    for (const variant& v : variants(c)) {
        const reports::row r = run_check(subject, c, v, faults);
        out.pattern += pattern_of(r);
        if (r.verdict == verdict::pass) continue;
        if (out.said == verdict::pass || r.verdict == verdict::error) {
            out.said = r.verdict;
            out.detail = detail_of(r);
        }
    }
    return out;
}

// A race or a moved clock, or rounds by the hundred.
bool is_slow(const std::vector<step>& steps) {
    return std::any_of(steps.begin(), steps.end(), [](const step& s) {
        return s.what == verb::race || s.what == verb::clock || s.what == verb::repeat || s.at_once ||
               is_slow(s.steps);
    });
}

json::value defect(const std::string& rule) {
    return json::array{json::object{{"defect", rule}}};
}

// One run of a check on a dialect: the base (no faults), under a witness, or under a defect of the matrix.
struct job {
    enum class kind { base, witness, defect } what = kind::base;
    const check* c = nullptr;
    server_subject* subject = nullptr;
    json::value faults = json::array{};
    std::size_t base = 0;  // index of the job without faults
    std::string name;      // the witness as text, or the rule
    observation seen;
};

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

// The check tells the faulty server from the good one. A run that was skipped or could not be decided tells nothing.
bool notices(const job& j, const observation& base) {
    if (j.seen.said == verdict::fail || j.seen.said == verdict::warn) return true;
    if (j.seen.said != verdict::info) return false;
    return base.said != verdict::info || j.seen.pattern != base.pattern;
}

// The rule of a witness that is one rule switched off.
std::string single_defect(const json::value& faults) {
    const json::array* all = faults.as_array();
    if (all == nullptr || all->size() != 1) return {};
    return std::string(all->front().string_at("defect"));
}

void judge_jobs(const std::vector<job>& jobs, proof& out) {
    std::map<std::string, std::set<std::string>> noticed;
    for (const job& j : jobs) {
        const observation& base = jobs[j.base].seen;
        const std::string where = fmt::format("{} on {}", j.c->id, j.subject->dialect());
        if (j.what == job::kind::base) {
            const bool good = base.said == verdict::pass || base.said == verdict::info;
            if (!good) out.broken.push_back(fmt::format("{} does not pass without faults: {}", where, base.detail));
            out.environment |= base.said == verdict::error;
        } else if (j.what == job::kind::witness) {
            if (notices(j, base)) {
                if (const auto rule = single_defect(j.faults); !rule.empty()) noticed[rule].insert(j.c->id);
                continue;
            }
            out.broken.push_back(fmt::format("{} does not fail under its witness {}: {}{}", where, j.name,
                                             reports::verdict_name(j.seen.said),
                                             j.seen.detail.empty() ? "" : ", " + j.seen.detail));
        } else {
            if (notices(j, base)) noticed[j.name].insert(j.c->id);
        }
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
        jobs[i].seen = observe(*jobs[i].subject, *jobs[i].c, jobs[i].faults);
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
