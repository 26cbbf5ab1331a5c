#include "harness/cli/lint/file_kind.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "harness/cli/lint/all_errors.hpp"
#include "harness/cli/run/run_modes.hpp"
#include "harness/cli/serve/serve_options.hpp"
#include "harness/clients/client_yaml.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/engine/server/server_file.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/load/generator/load_plan.hpp"
#include "harness/relying_party/mutants.hpp"
#include "harness/scenario/baseline.hpp"
#include "harness/scenario/loader.hpp"
#include "mock_server/dialects/dialect.hpp"
#include "mock_server/faults/fault_set.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

template <class T>
result<void> outcome(const result<T>& r) {
    if (!r) return fail(r.error());
    return {};
}

// Faults and mutants are looked up when a check runs; a name that comes from the matrix is known only then.
result<void> read_faults(const yaml::document& d, const json::value& faults, const yaml::place& at) {
    if (json::format(faults).find("${") != std::string::npos) return {};
    if (auto set = mock::fault_set::from_json(faults); !set) return fail(d.error_at(at, set.error().message));
    return {};
}

result<void> read_check(const yaml::document& d, const catalogue&) {
    const auto c = load_check(d, {server_verbs(), client_verbs()});
    if (!c) return fail(c.error());
    for (const witness& w : c->witnesses) {
        const bool is_mutant = !w.mutant.empty();
        if (auto ok = is_mutant ? result<void>{} : read_faults(d, w.faults, w.at); !ok) return ok;
        if (!is_mutant || w.mutant.find("${") != std::string::npos) continue;
        if (auto known = mutant::from_names({w.mutant}); !known) return fail(d.error_at(w.at, known.error().message));
    }
    const yaml::node* fault = d.root.find("fault");
    if (auto ok = fault == nullptr ? result<void>{} : read_faults(d, c->fault, fault->at); !ok) return ok;
    if (d.root.find("load") != nullptr) {
        if (auto plan = load::load_plan_of(d); !plan) return fail(plan.error());
    }
    return demand_file_of(d, *c);
}

result<void> read_profile(const yaml::document& d, const catalogue& all) {
    return outcome(load_profile(d, all.names()));
}

result<void> read_client(const yaml::document& d, const catalogue& all) {
    return outcome(load_client(d, "", all.names()));
}

// A secret of the environment need not be there to read the file.
void without_secrets(yaml::node& n) {
    constexpr std::string_view before = "${env.";
    std::erase_if(n.entries,
                  [&](const yaml::entry& e) { return e.key == "private_key" && e.value.scalar.starts_with(before); });
    const std::size_t from = n.scalar.find(before);
    const std::size_t to = from == std::string::npos ? from : n.scalar.find('}', from);
    if (to != std::string::npos) n.scalar.replace(from, to + 1 - from, "x");
    for (yaml::entry& e : n.entries) without_secrets(e.value);
    for (yaml::node& item : n.items) without_secrets(item);
}

result<void> read_server(const yaml::document& d, const catalogue&) {
    yaml::document shown = d;
    without_secrets(shown.root);
    return outcome(load_server(shown));
}

result<void> read_rows(const yaml::document& d, const catalogue& all) {
    known_row_names names{&all.checks};
    if (auto name = server_name((fs::path(d.name).parent_path() / "server.yaml").string()); name && !name->empty())
        names.subjects.push_back(std::move(*name));
    return outcome(load_baseline(d, names));
}

result<void> read_plan(const yaml::document& d, const catalogue&) {
    const auto plan = load::load_plan_of(d);
    if (!plan) return fail(plan.error());
    return load::check_load_plan(*plan);
}

result<void> read_dialect_file(const yaml::document& d, const catalogue&) {
    return outcome(mock::read_dialect(d, mock::find_dialect));
}

result<void> read_serve(const yaml::document& d, const catalogue&) {
    serve_options o;
    return read_serve_document(d, o, [](std::string_view) { return false; });
}

constexpr std::array<file_kind, 8> kinds{{
    {"check", "a check", "", "harness/cli/templates/scenario/AS-OWN-01.yaml", read_check},
    {"profile", "a profile", "", "scenarios/profiles/oauth2-baseline.yaml", read_profile},
    {"client", "a client", "client.yaml", "harness/cli/templates/client/python.yaml", read_client},
    {"server", "a server", "server.yaml", "harness/cli/templates/server/server.yaml", read_server},
    {"baseline", "a baseline", "baseline.yaml", "harness/cli/templates/server/baseline.yaml", read_rows},
    {"plan", "a load plan", "", "scenarios/load/login-storm.yaml", read_plan},
    {"dialect", "a dialect", "", "", read_dialect_file},
    {"serve", "a serve file", "serve.yaml", "harness/cli/templates/serve/serve.yaml", read_serve},
}};

// How many of the keys the schema has; 0 if these are too few to recognise the kind by.
std::size_t keys_in_schema(const yaml::node& root, const file_kind& kind) {
    const auto text = file_tree(embedded_files()).read(fmt::format("docs/schema/{}.json", kind.name));
    const auto schema = text ? json::parse(*text) : result<json::value>(fail(text.error()));
    const json::value* properties = schema ? schema->find("properties") : nullptr;
    if (properties == nullptr) return 0;
    const auto known =
        static_cast<std::size_t>(std::count_if(root.entries.begin(), root.entries.end(), [&](const yaml::entry& e) {
            return properties->find(e.key) != nullptr;
        }));
    // One key is enough where the schema has no other: a baseline.
    const bool enough = known >= 2 || (known == 1 && properties->as_object()->size() == 1);
    return enough && known * 2 >= root.entries.size() ? known : 0;
}

// "# yaml-language-server: $schema=../client.schema.json" names the kind.
std::string_view told_kind(std::string_view text) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
    const std::size_t schema = line.find("$schema=");
    if (!line.starts_with("#") || schema == std::string_view::npos) return {};
    const std::string_view path = line.substr(schema);
    const std::string_view file = path.substr(path.find_last_of("/=") + 1);
    return file.substr(0, std::min(file.find('.'), file.size()));
}

}  // namespace

std::span<const file_kind> file_kinds() {
    return kinds;
}

const file_kind* kind_of(const yaml::document& d, std::string_view text) {
    const std::string file = fs::path(d.name).filename().string();
    const std::string_view told = told_kind(text);
    const file_kind* best = nullptr;
    std::size_t most = 0;
    for (const file_kind& kind : kinds) {
        if (kind.name == told || kind.usual == file) return &kind;
        const std::size_t known = keys_in_schema(d.root, kind);
        if (known > most) best = &kind;
        most = std::max(most, known);
    }
    return best;
}

std::vector<error> lint_file(const file_kind& kind, const yaml::document& d, const catalogue& all) {
    auto right = file_tree(embedded_files()).read_yaml(kind.right);
    const auto read = [&](const yaml::document& one) { return kind.read(one, all); };
    return all_errors(d, read, right ? &*right : nullptr);
}

}  // namespace assay::harness
