// `assay baseline update`: adds the deviations of a run to the baseline; a person then writes the reasons.
#include "harness/scenario/baseline.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

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
    std::string result = "out/result.json";
    std::string file;
    std::string data;
};

void tell(const std::string& what, const std::vector<std::string>& keys) {
    if (!keys.empty()) fmt::print("{} {}: {}\n", what, keys.size(), fmt::join(keys, ", "));
}

int update(const baseline_options& o) {
    auto name = server_name(o.server);
    if (!name) return report_error(name.error());
    auto ran = read_result(o.result);
    if (!ran) return report_error(ran.error());
    const bool there = std::any_of(ran->run.rows.begin(), ran->run.rows.end(),
                                   [&](const reports::row& r) { return r.subject == *name; });
    if (!there) {
        return report_error({errc::usage, fmt::format("{} holds no row of {}; run `assay run --server {}` first, or "
                                                      "name another file with --result",
                                                      o.result, *name, o.server)});
    }
    const std::string path = o.file.empty() ? baseline_beside(o.server) : o.file;
    if (path.empty()) return report_error({errc::usage, "name the baseline file of this URL with --baseline"});
    std::vector<known_row> old;
    std::error_code bad;
    if (fs::exists(path, bad)) {
        auto d = yaml::read_file(path);
        if (!d) return report_error(d.error());
        auto all = load_catalogue(o.data);
        if (!all) return report_error(all.error());
        auto rows = load_baseline(*d, {&all->checks, {*name}});
        if (!rows) return report_error(rows.error());
        old = std::move(*rows);
    }
    const auto change = update_baseline(old, ran->run, *name);
    if (auto ok = reports::write_file(path, format_baseline(change.rows, ran->run, *name)); !ok)
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
    auto* command =
        app.add_subcommand("baseline", "The deviations that are expected of a server, with their reasons");
    command->require_subcommand(1);
    auto* sub = command->add_subcommand("update", "Write the deviations of the last run into the server's baseline");
    auto o = std::make_shared<baseline_options>();
    sub->add_option("--server", o->server, "The server that ran: server.yaml or issuer URL")->required();
    sub->add_option("--result", o->result, "What `assay run` wrote")->capture_default_str();
    sub->add_option("--baseline", o->file, "The file (default: baseline.yaml beside the server.yaml)");
    sub->add_option("--data", o->data, "The folder that holds scenarios/ and clients/");
    sub->footer(
        "Existing rows keep their reasons; rows that no longer deviate are removed; new rows have no reason, and no "
        "effect until\nyou write one.\n\nExample:\n  assay run --server servers/authlib/server.yaml; assay baseline "
        "update --server servers/authlib/server.yaml");
    sub->callback([o, &exit_code] { exit_code = update(*o); });
}

}  // namespace assay::harness
