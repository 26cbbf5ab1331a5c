// Writes, reads and compares scenarios/proofs/expected.yaml.
#include <array>
#include <set>

#include <fmt/format.h>

#include "harness/engine/server/proof.hpp"

namespace assay::harness {
namespace {

std::string row_of(const std::string& name, const std::vector<std::string>& ids) {
    constexpr std::size_t widest = 110;
    std::string out = fmt::format("  {}: [", name);
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0) out += ",";
        if (out.size() - begin + ids[i].size() > widest) {
            out += "\n    ";
            begin = out.size() - 4;
        } else if (i > 0) {
            out += " ";
        }
        out += ids[i];
    }
    return out + "]\n";
}

std::string rows_of(const proof_matrix& m) {
    std::string out;
    for (const auto& [name, ids] : m) {
        if (!ids.empty()) out += row_of(name, ids);
    }
    return out.empty() ? " {}\n" : "\n" + out;
}

result<void> load_rows(const yaml::document& d, std::string_view key, proof_matrix& into) {
    const yaml::node* n = d.root.find(key);
    if (n == nullptr) return {};
    for (const yaml::entry& e : n->entries) {
        auto ids = yaml::as_texts(d, e.value);
        if (!ids) return fail(ids.error());
        into[e.key] = std::move(*ids);
    }
    return {};
}

}  // namespace

std::string format_expected(const expected_proof& e) {
    std::string unnoticed;
    for (const auto& [rule, ids] : e.noticed) {
        if (ids.empty()) unnoticed += fmt::format("  - {}\n", rule);
    }
    return "# What `assay prove` must find; made by `assay prove --update`. Any difference fails.\n"
           "# A rule of the mock, switched off, and the server checks that notice it.\n"
           "noticed:" +
           rows_of(e.noticed) +
           "# Rules that no check notices yet.\n"
           "unnoticed:" +
           (unnoticed.empty() ? " []\n" : "\n" + unnoticed) +
           "# What `assay rp` leaves out, and the client checks that notice it.\n"
           "careless:" +
           rows_of(e.mutants);
}

result<expected_proof> load_expected(const yaml::document& d) {
    static constexpr std::array<std::string_view, 3> keys{"noticed", "unnoticed", "careless"};
    if (auto ok = yaml::only_keys(d, d.root, keys, "the file"); !ok) return fail(ok.error());
    expected_proof out;
    if (auto ok = load_rows(d, "noticed", out.noticed); !ok) return fail(ok.error());
    if (auto ok = load_rows(d, "careless", out.mutants); !ok) return fail(ok.error());
    if (const yaml::node* unnoticed = d.root.find("unnoticed")) {
        auto rules = yaml::as_texts(d, *unnoticed);
        if (!rules) return fail(rules.error());
        for (const std::string& rule : *rules) out.noticed[rule];
    }
    return out;
}

std::vector<std::string> compare_matrix(const proof_matrix& expected, const proof_matrix& found,
                                        const std::vector<check>& checks) {
    std::set<std::string> ids;
    for (const check& c : checks) {
        if (c.is_client || in_matrix(c)) ids.insert(c.id);
    }
    const auto pairs = [&](const proof_matrix& m) {
        std::set<std::pair<std::string, std::string>> out;
        for (const auto& [name, list] : m) {
            for (const std::string& id : list) {
                if (ids.contains(id)) out.emplace(name, id);
            }
        }
        return out;
    };
    const auto wanted = pairs(expected);
    const auto seen = pairs(found);
    std::vector<std::string> out;
    for (const auto& one : wanted) {
        if (!seen.contains(one)) out.push_back(fmt::format("- {}: {}", one.first, one.second));
    }
    for (const auto& one : seen) {
        if (!wanted.contains(one)) out.push_back(fmt::format("+ {}: {}", one.first, one.second));
    }
    for (const auto& [name, list] : expected) {
        if (!found.contains(name)) out.push_back(fmt::format("- {}: nothing has that name any more", name));
    }
    for (const auto& [name, list] : found) {
        if (!expected.contains(name)) out.push_back(fmt::format("+ {}: not listed yet", name));
    }
    return out;
}

}  // namespace assay::harness
