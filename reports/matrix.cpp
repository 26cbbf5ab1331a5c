#include "reports/matrix.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "reports/view.hpp"

namespace assay::reports {
namespace {

bool is_client_row(const row& r) {
    return r.check.starts_with("RP-");
}

bool took_it(const row& r) {
    return r.verdict == verdict::fail || r.verdict == verdict::warn || r.verdict == verdict::known;
}

// How the configurations of a client reacted to one wrong answer.
struct fate {
    bool survived = false, refused = false, undecided = false;

    void add(const row& r) {
        survived = survived || took_it(r);
        refused = refused || r.verdict == verdict::pass || r.verdict == verdict::stale;
        undecided = undecided || r.verdict == verdict::error;
    }
};

mutation_score score_of(const std::map<std::string, fate>& fates) {
    mutation_score s;
    for (const auto& [key, f] : fates) {
        if (f.survived) {
            ++s.met;
        } else if (f.undecided) {
            ++s.undecided;
        } else if (f.refused) {
            ++s.met;
            ++s.refused;
        } else {
            ++s.left;
        }
    }
    return s;
}

std::map<std::string, verdict> verdicts_of(const run& r) {
    std::map<std::string, verdict> out;
    for (const row& each : r.rows) {
        out.emplace(
            fmt::format("{} of {}{}", key_of(each), each.subject, each.dialect.empty() ? "" : " on " + each.dialect),
            each.verdict);
    }
    return out;
}

}  // namespace

std::string client_of(const row& r) {
    return r.subject.substr(0, r.subject.find(" ("));
}

client_matrix matrix_of(const run& r) {
    client_matrix out;
    std::set<std::string> areas;
    std::map<std::string, std::map<std::string, fate>> fates;
    for (const row& each : r.rows) {
        if (!is_client_row(each)) continue;
        const std::string name = client_of(each);
        auto line = std::find_if(out.clients.begin(), out.clients.end(),
                                 [&](const client_line& c) { return c.name == name; });
        if (line == out.clients.end()) {
            out.clients.emplace_back();
            line = std::prev(out.clients.end());
            line->name = name;
        }
        const std::string area = area_of(each);
        areas.insert(area);
        ++number_of(line->areas[area], each.verdict);
        ++number_of(line->sum, each.verdict);
        if (each.refusal) fates[name][key_of(each)].add(each);
    }
    for (client_line& c : out.clients) {
        c.score = score_of(fates[c.name]);
        for (const subject& s : r.subjects) {
            if (s.name.substr(0, s.name.find(" (")) == c.name) c.version = s.version;
        }
    }
    out.areas.assign(areas.begin(), areas.end());
    return out;
}

std::vector<const row*> survivors(const run& r) {
    std::vector<const row*> out;
    for (const row& each : r.rows) {
        if (each.refusal && took_it(each)) out.push_back(&each);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const row* a, const row* b) { return rank(a->verdict) < rank(b->verdict); });
    return out;
}

std::vector<std::string> differing_verdicts(const run& first, const run& second) {
    const std::map<std::string, verdict> before = verdicts_of(first);
    std::map<std::string, verdict> after = verdicts_of(second);
    std::vector<std::string> out;
    for (const auto& [key, v] : before) {
        const auto at = after.find(key);
        if (at == after.end()) {
            out.push_back(fmt::format("{}: {}, then not run", key, verdict_name(v)));
            continue;
        }
        if (at->second != v) {
            out.push_back(fmt::format("{}: {}, then {}", key, verdict_name(v), verdict_name(at->second)));
        }
        after.erase(at);
    }
    for (const auto& [key, v] : after) out.push_back(fmt::format("{}: not run, then {}", key, verdict_name(v)));
    return out;
}

}  // namespace assay::reports
