#include "harness/cli/replay/replay.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "data/yaml.hpp"
#include "harness/cli/shared/server_process.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/loader.hpp"
#include "mock_server/dialects/dialect.hpp"
#include "oauth/crypto.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
using reports::verdict;

// The check with only that variant. Errors: bad_yaml, usage.
result<check> check_of(const capsule& c, const std::string& file) {
    auto d = yaml::parse(c.check_text, c.check_file);
    if (!d) return fail(d.error());
    auto out = load_check(*d, {server_verbs(), client_verbs()});
    if (!out) return out;
    if (out->id != c.row.check)
        return fail(errc::usage, fmt::format("its row is of {}, and its check is {}", c.row.check, out->id), file);
    out->level = c.row.level;
    for (const variant& v : variants(*out)) {
        if (v.name != c.row.variant) continue;
        for (std::size_t i = 0; i < out->matrix.size(); ++i) out->matrix[i].values = {v.values[i].second};
        return out;
    }
    return fail(errc::usage, fmt::format("its check has no variant '{}'", c.row.variant), file);
}

// Errors: usage, which lists what to set.
result<void> demand_variables(const capsule& c, const std::string& file) {
    std::vector<std::string> missing;
    for (const std::string& name : variables_in(c.file)) {
        if (std::getenv(name.c_str()) == nullptr)  // NOLINT(concurrency-mt-unsafe): before any thread starts
            missing.push_back(name);
    }
    if (missing.empty()) return {};
    return fail(errc::usage,
                fmt::format("a capsule holds no secrets: set {} as the server {} needs {}, then replay it again",
                            fmt::join(missing, ", "), c.given, missing.size() == 1 ? "it" : "them"),
                file);
}

result<void> choose_server(const capsule& c, const replay_options& o, replay_plan& out) {
    out.options.server = o.server.empty() ? c.given : o.server;
    out.options.ca_file = o.ca_file;
    out.options.dialect = c.row.dialect;
    if (c.has_authority && o.ca_file.empty())
        return fail(errc::usage, "the run trusted an authority of its own: name its file with --ca", o.file);
    std::error_code bad;
    if (o.server.empty() && c.file.is_null() && is_server_file(c.given) && !fs::exists(c.given, bad)) {
        return fail(errc::usage,
                    fmt::format("its server is described by {}, which a capsule does not carry: name that file with "
                                "--server",
                                c.given),
                    o.file);
    }
    if (!o.server.empty() || c.file.is_null()) return {};
    if (auto ok = demand_variables(c, o.file); !ok) return ok;
    auto d = yaml::parse(json::format_pretty(c.file), c.given + " in " + o.file);
    if (!d) return fail(d.error());
    auto spec = load_server(*d);
    if (!spec) return fail(spec.error());
    spec->given = c.given;
    out.plan.server = std::move(*spec);
    return {};
}

result<client_spec> client_in(const std::string& folder, const known_row_names& names) {
    auto d = yaml::read_file((fs::path(folder) / "client.yaml").string());
    if (!d) return fail(d.error());
    return load_client(*d, fs::absolute(folder).lexically_normal().string(), names);
}

// The client that --client names, else the one in the capsule, else the one of that name that comes with this
// program.
result<client_spec> find_client(const capsule& c, const replay_options& o, const catalogue& all) {
    std::error_code bad;
    if (!o.client.empty() && fs::exists(fs::path(o.client) / "client.yaml", bad))
        return client_in(o.client, all.names());
    if (o.client.empty() && c.file.is_object()) {
        auto d = yaml::parse(json::format_pretty(c.file), "client.yaml in " + o.file);
        if (!d) return fail(d.error());
        return load_client(*d, fs::current_path(bad).string(), all.names());
    }
    auto known = load_clients(all.clients(), all.names());
    if (!known) return fail(known.error());
    if (!o.client.empty()) {
        auto chosen = select_clients(*known, {o.client});
        if (!chosen) return fail(chosen.error());
        return chosen->front();
    }
    for (const client_spec& one : *known) {
        if (one.name == c.client) return one;
    }
    return fail(
        errc::usage,
        fmt::format("its client {} is a folder, which a capsule cannot carry (it was {}): name the folder with "
                    "--client",
                    c.client, c.given),
        o.file);
}

result<void> choose_client(const capsule& c, const replay_options& o, replay_plan& out) {
    auto all = load_catalogue(o.data);
    if (!all) return fail(all.error());
    out.plan.all = std::move(*all);
    auto spec = find_client(c, o, out.plan.all);
    if (!spec) return fail(spec.error());
    std::vector<std::string> names;
    for (const client_configuration& one : spec->configurations) names.push_back(one.name);
    std::erase_if(spec->configurations, [&](const auto& one) { return one.name != c.configuration; });
    if (spec->configurations.empty()) {
        return fail(errc::usage,
                    fmt::format("its client was configured as '{}', and {} knows only {}", c.configuration,
                                spec->name, fmt::join(names, ", ")),
                    o.file);
    }
    if (const auto text = yaml::read_text(spec->folder + "/client.yaml");
        text && c.file.is_null() && to_hex(oauth::sha256(*text)) != c.sha256)
        out.plan.notes.push_back(fmt::format("client.yaml of {} is not the one of the capsule", spec->name));
    spec->known.clear();  // an expected deviation is a failure, too, when it is replayed
    out.options.clients = {spec->name};
    out.options.dialect = c.row.dialect;
    out.plan.clients.push_back(std::move(*spec));
    return {};
}

using step_place = std::pair<std::string, std::string>;
std::set<step_place> failed_places(const reports::row& r) {
    std::set<step_place> out;
    for (const reports::finding& f : r.findings) out.emplace(f.step, f.at);
    return out;
}

}  // namespace

result<replay_plan> make_replay(const capsule& c, const replay_options& o) {
    replay_plan out;
    auto one = check_of(c, o.file);
    if (!one) return fail(one.error());
    if (!c.dialect_text.empty()) {
        if (auto known = mock::add_dialect(c.dialect_text, "the dialect in " + o.file); !known)
            return fail(known.error());
    }
    auto faults = parse_faults(c.faults);
    if (!faults) return fail(faults.error());
    out.plan.how = {std::move(*faults), c.row.seed, std::nullopt};
    out.options.jobs = 1;
    out.options.deadline_s = static_cast<unsigned>(c.deadline_s);
    out.options.tls = c.tls;
    out.options.faults = c.faults;
    if (c.version != ASSAY_VERSION)
        out.plan.notes.push_back(fmt::format("the capsule is of assay {}, and this is {}", c.version, ASSAY_VERSION));
    auto chosen = c.party == capsule_party::client ? choose_client(c, o, out) : result<void>{};
    if (c.party == capsule_party::server || (c.party == capsule_party::mock && !o.server.empty())) {
        chosen = choose_server(c, o, out);
    } else if (c.party == capsule_party::mock) {
        out.options.dialect = c.row.dialect;
        out.plan.how.clock = c.row.clock;
    }
    if (!chosen) return fail(chosen.error());
    (one->is_client ? out.plan.client_checks : out.plan.server_checks).push_back(std::move(*one));
    return out;
}

replay_end compare_rows(const reports::row& before, const reports::row& now) {
    if (now.verdict == verdict::pass || now.verdict == verdict::info) return replay_end::passes;
    if (now.verdict != verdict::fail && now.verdict != verdict::warn) return replay_end::undecided;
    return now.verdict == before.verdict && failed_places(now) == failed_places(before) ? replay_end::same_failure
                                                                                        : replay_end::another_failure;
}

std::string places_of(const reports::row& r) {
    std::string out;
    for (const auto& [step, at] : failed_places(r))
        out += fmt::format("{}{}{}{}", out.empty() ? "" : "; ", step, at.empty() ? "" : ", ", at);
    return out.empty() ? r.reason : out;
}

}  // namespace assay::harness
