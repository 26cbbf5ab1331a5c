// `assay baseline update`: adds the deviations of a run to the baseline; a person then writes the reasons.
#include "harness/scenario/baseline.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/run/run_modes.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "harness/cli/shared/result_files.hpp"
#include "harness/engine/server/server_file.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

struct baseline_options {
    std::string server;
    std::string client;
    std::string result = "out/result.json";
    std::string file;
    std::string data;
};

// Whose deviations: a server's are of one subject, a client's of one for each configuration.
struct owner {
    std::string name;
    std::vector<std::string> subjects;
    std::string file;                    // "": none lies beside it
    std::string typed;                   // the options of `assay run`
    std::vector<known_row> elsewhere{};  // expected already, by client.yaml
};

void tell(const std::string& what, const std::vector<std::string>& keys) {
    if (!keys.empty()) fmt::print("{} {}: {}\n", what, keys.size(), fmt::join(keys, ", "));
}

result<owner> server_of(const baseline_options& o) {
    auto name = server_name(o.server);
    if (!name) return fail(name.error());
    return owner{*name, {*name}, baseline_beside(o.server), "--server " + o.server};
}

result<owner> client_of(const baseline_options& o, const catalogue& all) {
    std::error_code bad;
    std::string folder = o.client;
    if (!fs::exists(fs::path(folder) / "client.yaml", bad)) folder = (all.clients() / o.client).path();
    if (!fs::exists(fs::path(folder) / "client.yaml", bad))
        return fail(errc::usage, fmt::format("--client {}: there is no client.yaml in that folder", o.client));
    auto d = yaml::read_file((fs::path(folder) / "client.yaml").string());
    if (!d) return fail(d.error());
    auto spec = load_client(*d, folder, all.names());
    if (!spec) return fail(spec.error());
    return owner{spec->name, subjects_of(*spec), (fs::path(folder) / "baseline.yaml").string(),
                 "--client " + o.client, spec->known};
}

// Rows that are the same in all configurations become one without a subject.
std::vector<known_row> joined_rows(std::vector<known_row> rows, std::size_t configurations) {
    const auto same = [](const known_row& a, const known_row& b) {
        return std::tie(a.check, a.variant, a.dialect, a.reason, a.sometimes) ==
               std::tie(b.check, b.variant, b.dialect, b.reason, b.sometimes);
    };
    std::vector<known_row> out;
    for (known_row& row : rows) {
        const auto alike =
            std::count_if(rows.begin(), rows.end(), [&](const known_row& other) { return same(row, other); });
        if (static_cast<std::size_t>(alike) == configurations) row.subject.clear();
        const bool there = std::any_of(out.begin(), out.end(), [&](const known_row& other) {
            return same(row, other) && row.subject == other.subject;
        });
        if (!there) out.push_back(row);
    }
    std::stable_sort(out.begin(), out.end(), [](const known_row& a, const known_row& b) {
        return std::tie(a.check, a.variant) < std::tie(b.check, b.variant);
    });
    return out;
}

bool is_expected(const reports::row& r, const std::vector<known_row>& rows) {
    return r.verdict == reports::verdict::known && std::any_of(rows.begin(), rows.end(), [&](const known_row& k) {
               return k.check == r.check && (k.variant.empty() || k.variant == r.variant) &&
                      (k.subject.empty() || k.subject == r.subject);
           });
}

baseline_change change_of(const std::vector<known_row>& old, reports::run ran, const owner& of, bool is_client) {
    if (!is_client) return update_baseline(old, ran, of.name);
    std::erase_if(ran.rows, [&](const reports::row& r) { return is_expected(r, of.elsewhere); });
    baseline_change out;
    for (const std::string& subject : of.subjects) {
        std::vector<known_row> mine = old;
        std::erase_if(mine, [&](const known_row& k) { return k.subject != subject; });
        baseline_change one = update_baseline(mine, ran, subject);
        for (known_row& k : one.rows) {
            k.subject = subject;
            out.rows.push_back(std::move(k));
        }
        for (auto& [from, to] : {std::pair{&one.added, &out.added}, {&one.removed, &out.removed}}) {
            for (const std::string& key : *from) {
                if (std::find(to->begin(), to->end(), key) == to->end()) to->push_back(key);
            }
        }
    }
    out.rows = joined_rows(std::move(out.rows), of.subjects.size());
    out.unreviewed = static_cast<std::size_t>(
        std::count_if(out.rows.begin(), out.rows.end(), [](const known_row& k) { return k.reason.empty(); }));
    return out;
}

result<std::vector<known_row>> rows_in(const std::string& path, const owner& of, const catalogue& all) {
    std::error_code bad;
    if (!fs::exists(path, bad)) return std::vector<known_row>{};
    auto d = yaml::read_file(path);
    if (!d) return fail(d.error());
    return load_baseline(*d, {&all.checks, of.subjects});
}

int update(const baseline_options& o) {
    const bool is_client = !o.client.empty();
    if (is_client == !o.server.empty())
        return report_error({errc::usage, "say whose deviations: --server server.yaml or --client FOLDER"});
    auto all = load_catalogue(o.data);
    if (!all) return report_error(all.error());
    auto of = is_client ? client_of(o, *all) : server_of(o);
    if (!of) return report_error(of.error());
    auto read = read_result(o.result);
    if (!read) return report_error(read.error());
    const reports::run& ran = read->run;
    const auto is_of = [&](const reports::row& r) {
        return std::find(of->subjects.begin(), of->subjects.end(), r.subject) != of->subjects.end();
    };
    if (std::none_of(ran.rows.begin(), ran.rows.end(), is_of)) {
        return report_error({errc::usage, fmt::format("{} holds no row of {}; run `assay run {}` first, or "
                                                      "name another file with --result",
                                                      o.result, of->name, of->typed)});
    }
    const std::string path = o.file.empty() ? of->file : o.file;
    if (path.empty()) return report_error({errc::usage, "name the baseline file of this URL with --baseline"});
    auto old = rows_in(path, *of, *all);
    if (!old) return report_error(old.error());
    if (is_client) *old = for_each_subject(std::move(*old), of->subjects);
    const auto change = change_of(*old, ran, *of, is_client);
    if (auto ok = reports::write_file(path, format_baseline(change.rows, ran, of->subjects.front())); !ok)
        return report_error(ok.error());
    tell("added", change.added);
    tell("removed", change.removed);
    fmt::print("{}: {} rows, {} without a reason.\n", path, change.rows.size(), change.unreviewed);
    if (change.unreviewed > 0)
        fmt::print("Write why each of those deviations is expected; a row without a reason has no effect.\n");
    return 0;
}

}  // namespace

void add_baseline(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "baseline", "The deviations that are expected of a server or a client, with their reasons");
    command->require_subcommand(1);
    auto* sub = command->add_subcommand("update", "Write the deviations of the last run into the baseline");
    auto o = std::make_shared<baseline_options>();
    sub->add_option("--server", o->server, "The server that ran: server.yaml or issuer URL");
    sub->add_option("--client", o->client, "The client that ran: its folder");
    sub->add_option("--result", o->result, "What `assay run` wrote")->capture_default_str();
    sub->add_option("--baseline", o->file, "The file (default: baseline.yaml beside server.yaml or client.yaml)");
    sub->add_option("--data", o->data, "The folder that holds scenarios/ and clients/");
    sub->footer(
        "Existing rows keep their reasons; rows that no longer deviate are removed; new rows have no reason, and no "
        "effect until\nyou write one.\n\nExample:\n  assay run --server servers/authlib/server.yaml; assay baseline "
        "update --server servers/authlib/server.yaml\n  assay run --client ./my-client; assay baseline update "
        "--client ./my-client");
    sub->callback([o, &exit_code] { exit_code = update(*o); });
}

}  // namespace assay::harness
