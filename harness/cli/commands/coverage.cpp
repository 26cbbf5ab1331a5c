// `assay coverage`: the clauses that checks cite, and the modules of the OpenID Foundation's suite that they cover.
#include "harness/scenario/coverage.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/json.hpp"
#include "data/yaml.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/data_folder.hpp"

namespace assay::harness {
namespace {

struct coverage_options {
    std::string data;
    bool json = false;
    bool missing = false;
};

struct coverage {
    std::int64_t server_checks = 0, client_checks = 0;
    clause_index clauses;
    std::vector<suite> suites;
    std::vector<check> checks;
};

result<coverage> measure(const coverage_options& o) {
    auto all = load_catalogue(o.data);
    if (!all) return fail(all.error());
    auto d = all->scenarios().read_yaml("coverage.yaml");
    if (!d) return fail(d.error());
    auto suites = load_suites(*d);
    if (!suites) return fail(suites.error());
    coverage out;
    out.checks = std::move(all->checks);
    out.suites = std::move(*suites);
    out.clauses = clauses_of(out.checks);
    for (const check& c : out.checks) ++(c.is_client ? out.client_checks : out.server_checks);
    return out;
}

std::size_t covered(const coverage& c, const suite& s) {
    return static_cast<std::size_t>(
        std::count_if(s.modules.begin(), s.modules.end(), [&](const auto& m) { return covers(c.checks, m); }));
}

json::value to_json(const coverage& c) {
    json::object documents;
    for (const auto& [document, clauses] : c.clauses) {
        json::object ids;
        for (const auto& [clause, list] : clauses) ids.append(clause, json::array(list.begin(), list.end()));
        documents.append(document, std::move(ids));
    }
    json::array suites;
    for (const suite& s : c.suites) {
        json::array modules;
        for (const suite_module& m : s.modules) {
            json::object one{{"module", m.name},
                             {"covered", covers(c.checks, m)},
                             {"checks", json::array(m.checks.begin(), m.checks.end())}};
            if (!m.left_out.empty()) one.append("left_out", m.left_out);
            modules.emplace_back(std::move(one));
        }
        suites.emplace_back(json::object{{"suite", s.name}, {"modules", std::move(modules)}});
    }
    return json::object{{"server_checks", c.server_checks},
                        {"client_checks", c.client_checks},
                        {"documents", std::move(documents)},
                        {"suites", std::move(suites)}};
}

void print(const coverage& c, bool missing) {
    fmt::print(
        "{} server checks, {} client checks; each is proven by a server or client that is wrong in that one way\n\n",
        c.server_checks, c.client_checks);
    fmt::print("{:<28}  {:>7}  {:>6}\n", "document", "clauses", "checks");
    for (const auto& [document, clauses] : c.clauses) {
        std::set<std::string> ids;
        for (const auto& [clause, list] : clauses) ids.insert(list.begin(), list.end());
        fmt::print("{:<28}  {:>7}  {:>6}\n", document, clauses.size(), ids.size());
    }
    fmt::print("\nModules of the OpenID Foundation's conformance suite whose every part is covered\n");
    for (const suite& s : c.suites) {
        fmt::print("{:<56}  {:>3} of {}\n", s.name, covered(c, s), s.modules.size());
        for (const suite_module& m : s.modules) {
            if (!missing || covers(c.checks, m)) continue;
            const std::string why = !m.left_out.empty() ? m.left_out
                                    : !m.partly.empty() ? "partly: " + m.partly
                                                        : fmt::format("needs {}", fmt::join(m.checks, " "));
            fmt::print("  {}: {}\n", m.name, why);
        }
    }
}

}  // namespace

void add_coverage(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("coverage", "Which clauses and which conformance modules the checks cover");
    auto o = std::make_shared<coverage_options>();
    command->add_flag("--missing", o->missing, "Name the modules that are not covered, and why");
    command->add_flag("--json", o->json, "For programs");
    command->add_option("--data", o->data, "The folder that holds scenarios/ and clients/");
    command->callback([o, &exit_code] {
        auto c = measure(*o);
        if (!c) {
            exit_code = report_error(c.error());
        } else if (o->json) {
            fmt::print("{}\n", json::format_pretty(to_json(*c)));
        } else {
            print(*c, o->missing);
        }
    });
}

}  // namespace assay::harness
