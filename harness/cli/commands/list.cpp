// `assay list`: lists checks, faults and so on, for people and, with --json, for programs.
#include <algorithm>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/json.hpp"
#include "data/nearest.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "harness/clients/client_yaml.hpp"
#include "harness/relying_party/mutants.hpp"
#include "harness/scenario/capability_words.hpp"
#include "harness/scenario/frozen.hpp"
#include "harness/scenario/plans.hpp"
#include "mock_server/pages/describe.hpp"

namespace assay::harness {
namespace {

struct list_options {
    std::string what;
    std::string data;
    bool json = false;
    std::string freeze;
};

json::array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

json::value describe_checks(const catalogue& all) {
    json::array out;
    for (const check& c : all.checks) {
        out.emplace_back(json::object{{"id", c.id},
                                      {"title", c.title},
                                      {"level", reports::level_name(c.level)},
                                      {"source", texts(c.source)},
                                      {"needs", texts(c.needs)},
                                      {"dialects", texts(c.dialects)},
                                      {"file", c.file}});
    }
    return out;
}

json::value describe_profiles(const catalogue& all) {
    json::array out;
    for (const profile& p : all.profiles) {
        json::array ids;
        for (const profile_check& c : p.checks) ids.emplace_back(c.id);
        out.emplace_back(json::object{{"id", p.id},
                                      {"title", p.title},
                                      {"description", p.description},
                                      {"dialect", p.dialect},
                                      {"checks", std::move(ids)},
                                      {"known", static_cast<std::int64_t>(p.known.size())}});
    }
    return out;
}

json::value describe_clients(const std::vector<client_spec>& all) {
    json::array out;
    for (const client_spec& c : all) {
        json::array configurations;
        for (const client_configuration& one : c.configurations) configurations.emplace_back(one.name);
        out.emplace_back(json::object{{"name", c.name},
                                      {"library", c.library},
                                      {"language", c.language},
                                      {"configurations", std::move(configurations)},
                                      {"capabilities", texts(c.capabilities)},
                                      {"known", static_cast<std::int64_t>(c.known.size())}});
    }
    return out;
}

json::value describe_capabilities() {
    json::array out;
    for (const capability_row& row : capability_rows()) {
        out.emplace_back(json::object{{"name", row.name}, {"server", row.server}, {"client", row.client}});
    }
    return out;
}

json::value describe_validations() {
    json::array out;
    for (const validation_row& row : validations())
        out.emplace_back(json::object{{"name", row.name}, {"clause", row.clause}, {"without", row.without}});
    return out;
}

result<json::value> describe_plans(const catalogue& all) {
    auto d = all.scenarios().read_yaml("plans.yaml");
    if (!d) return fail(d.error());
    auto book = load_plans(*d);
    if (!book) return fail(book.error());
    json::array out;
    for (const plan_row& p : book->plans) {
        json::object fixed;
        for (const auto& [name, values] : p.fixed) fixed.append(name, texts(values));
        out.emplace_back(json::object{
            {"name", p.name}, {"side", p.side}, {"variant", std::move(fixed)}, {"modules", texts(p.modules)}});
    }
    return out;
}

result<json::value> describe(const list_options& o) {
    if (o.what == "careless") return describe_validations();
    if (o.what == "capabilities") return describe_capabilities();
    if (o.what == "faults") return mock::describe_faults();
    if (o.what == "rules") return mock::describe_rules();
    if (o.what == "dialects") return mock::describe_dialects();
    auto all = load_catalogue(o.data);
    if (!all) return fail(all.error());
    if (o.what == "checks") return describe_checks(*all);
    if (o.what == "profiles") return describe_profiles(*all);
    if (o.what == "plans") return describe_plans(*all);
    auto clients = load_clients(all->clients(), all->names());
    if (!clients) return fail(clients.error());
    return describe_clients(*clients);
}

// The columns for people: the name, one short member, and a description.
std::string line(const std::string& what, const json::value& row, std::size_t width) {
    const auto padded = [&](std::string_view name) { return fmt::format("{:<{}}", name, width); };
    if (what == "checks") {
        return fmt::format("{}  {:<6}  {}", padded(row.string_at("id")), row.string_at("level"),
                           row.string_at("title"));
    }
    if (what == "faults") {
        return fmt::format("{}  {:<9}  {}", padded(row.string_at("name")), row.string_at("at"),
                           row.string_at("summary"));
    }
    if (what == "rules") return fmt::format("{}  {}", padded(row.string_at("name")), row.string_at("summary"));
    if (what == "dialects") return fmt::format("{}  {}", padded(row.string_at("name")), row.string_at("title"));
    if (what == "profiles") {
        const json::value* checks = row.find("checks");
        return fmt::format("{}  {:>3} checks  {}", padded(row.string_at("id")), checks->as_array()->size(),
                           row.string_at("title"));
    }
    if (what == "plans") {
        return fmt::format("{}  {}  {:>2} modules", padded(row.string_at("name")), row.string_at("side"),
                           row.find("modules")->as_array()->size());
    }
    if (what == "careless") return fmt::format("{}  {}", padded(row.string_at("name")), row.string_at("without"));
    if (what == "capabilities") {
        const auto server = row.string_at("server");
        const auto client = row.string_at("client");
        return fmt::format("{}  {}{}{}{}{}", padded(row.string_at("name")), server.empty() ? "" : "server: ", server,
                           server.empty() || client.empty() ? "" : "; ", client.empty() ? "" : "client: ", client);
    }
    return fmt::format("{}  {}, {}", padded(row.string_at("name")), row.string_at("library"),
                       row.string_at("language"));
}

result<void> list(const list_options& o) {
    if (!o.freeze.empty()) {
        auto all = load_catalogue(o.data);
        if (!all) return fail(all.error());
        fmt::print("{}", format_frozen(o.freeze, all->checks));
        return {};
    }
    auto rows = describe(o);
    if (!rows) return fail(rows.error());
    if (o.json) {
        fmt::print("{}\n", json::format_pretty(*rows));
        return {};
    }
    const std::string_view key = o.what == "checks" || o.what == "profiles" ? "id" : "name";
    std::size_t width = 0;
    for (const json::value& row : *rows->as_array()) width = std::max(width, row.string_at(key).size());
    for (const json::value& row : *rows->as_array()) fmt::print("{}\n", line(o.what, row, width));
    return {};
}

}  // namespace

void add_list(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "list", "List checks, faults, rules, clients, dialects, profiles, plans, capabilities or careless");
    auto o = std::make_shared<list_options>();
    command
        ->add_option("what", o->what,
                     "checks, faults, rules, clients, dialects, profiles, plans, capabilities or careless")
        ->required()
        ->check(CLI::IsMember(
            {"checks", "faults", "rules", "clients", "dialects", "profiles", "plans", "capabilities", "careless"}));
    command->add_flag("--json", o->json, "For programs");
    command->add_option("--freeze", o->freeze, "All checks as a dated set for scenarios/frozen/: 2026.11");
    command->add_option("--data", o->data, "The folder that holds scenarios/ and clients/");
    command->footer("Examples:\n  assay list checks\n  assay list faults --json");
    command->callback([o, &exit_code] {
        if (auto ok = list(*o); !ok) exit_code = report_error(ok.error());
    });
}

}  // namespace assay::harness
