#include "harness/cli/run/oidf_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/cli/shared/server_process.hpp"
#include "harness/scenario/plans.hpp"

namespace assay::harness {
namespace {

constexpr const char* server_plan = "oidcc-basic-certification-test-plan";
constexpr const char* client_plan = "oidcc-client-basic-certification-test-plan";

struct plan_data {
    plan_book book;
    std::vector<suite> suites;
};

result<plan_data> read_plan_data(const catalogue& all) {
    const auto plans = all.scenarios().read_yaml("plans.yaml");
    if (!plans) return fail(plans.error());
    const auto coverage = all.scenarios().read_yaml("coverage.yaml");
    if (!coverage) return fail(coverage.error());
    auto book = load_plans(*plans);
    if (!book) return fail(book.error());
    auto suites = load_suites(*coverage);
    if (!suites) return fail(suites.error());
    return plan_data{std::move(*book), std::move(*suites)};
}

// The suite asks for these variants; the configuration answers those that the user left open.
result<void> complete(chosen_plan& chosen, const std::string& server, oidf_choice& choice) {
    choice.client_auth_type = chosen.variant("client_auth_type");
    choice.client_registration = chosen.variant("client_registration");
    choice.server_metadata = chosen.variant("server_metadata");
    if (!is_oidf_config(server)) return {};
    const auto config = read_oidf_file(server, choice);
    if (!config) return fail(config.error());
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>{"client_registration", config->registration},
          {"server_metadata", config->metadata}}) {
        if (chosen.variant(name).empty()) chosen.variants[name] = value;
    }
    return {};
}

}  // namespace

result<oidf_view> view_as_oidf(const oidf_request& r, const catalogue& all) {
    auto data = read_plan_data(all);
    if (!data) return fail(data.error());
    std::vector<std::string> wanted{r.plan};
    if (r.plan.empty()) {
        wanted.clear();
        if (r.servers) wanted.emplace_back(server_plan);
        if (r.clients) wanted.emplace_back(client_plan);
    }
    oidf_view out;
    for (const std::string& text : wanted) {
        auto chosen = choose_plan(data->book, text);
        if (!chosen) return fail(chosen.error());
        if (chosen->plan->side == "server") {
            if (auto ok = complete(*chosen, r.server, out.choice); !ok) return fail(ok.error());
        }
        out.plans.push_back(plan_for_reports(data->book, *chosen, data->suites, all.checks));
    }
    if (!r.only_it) return out;
    for (const reports::test_plan& plan : out.plans) {
        for (const reports::plan_module& m : plan.modules)
            out.select.insert(out.select.end(), m.checks.begin(), m.checks.end());
    }
    if (out.select.empty())
        return fail(errc::usage,
                    fmt::format("no check tests what a module of {} tests; `assay coverage --missing` says why",
                                wanted.front()));
    return out;
}

}  // namespace assay::harness
