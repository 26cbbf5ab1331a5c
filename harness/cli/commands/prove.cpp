// `assay prove`: every check passes without faults and does not pass under its witness.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "harness/cli/shared/descriptors.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/cli/shared/tls_setup.hpp"
#include "harness/engine/client/client_proof.hpp"
#include "harness/engine/core/parallel.hpp"
#include "harness/engine/server/proof.hpp"
#include "mock_server/server/embedded.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

struct prove_options {
    std::vector<std::string> select;
    bool update = false;
    bool no_matrix = false;
    unsigned jobs = 0;
    unsigned deadline_s = 6;
    bool tls = false;
    std::string data;
};

struct mock_at {
    std::string control;
    std::string ca_file;
};

std::vector<std::string> rule_names() {
    const json::value rules = mock::describe_rules();
    std::vector<std::string> out;
    for (const json::value& row : *rules.as_array()) out.emplace_back(row.string_at("name"));
    std::sort(out.begin(), out.end());
    return out;
}

proof prove_servers(const std::vector<check>& checks, const mock_at& mock, const prove_options& o) {
    progress_line line;
    proof_options options;
    options.control_origin = mock.control;
    options.ca_file = mock.ca_file;
    options.jobs = o.jobs;
    options.stop = &interrupted();
    options.matrix = !o.no_matrix;
    options.rules = rule_names();
    options.progress = [&](std::size_t done, std::size_t total) {
        if (done % 20 == 0 || done == total) line.show(done, total, "runs of server checks");
    };
    return prove_server_checks(checks, options);
}

// Client checks: our own client, strict and as mutants, instead of the mock with a rule switched off.
result<void> prove_clients(const std::vector<check>& checks, const catalogue& all, const prove_options& o,
                           const mock_at& mock, std::vector<std::string>& broken, proof_matrix& mutants) {
    // A folder with checks of one's own has no clients; ours is in the program.
    const file_tree there = all.clients() / "assay-rp";
    const file_tree carried = file_tree(embedded_files()) / "clients/assay-rp";
    auto d = (there.has_file("client.yaml") ? there : carried).read_yaml("client.yaml");
    if (!d) return fail(d.error());
    auto ours = load_client(*d, "", {});
    if (!ours) return fail(ours.error());
    progress_line line;
    std::size_t done = 0;
    client_run_options options;
    options.control = mock.control;
    options.ca_file = mock.ca_file;
    options.tls = o.tls;
    options.assay_path = program_path();
    options.path = toolchain_path(all.clients());
    options.deadline = std::chrono::seconds(o.deadline_s);
    options.jobs = o.jobs;
    options.interrupted = &interrupted();
    options.on_row = [&](const reports::row&) { line.show(++done, 0, "runs of client checks"); };
    auto proven = prove_client_checks(*ours, checks, options, !o.no_matrix);
    if (!proven) return fail(proven.error());
    line.clear();
    for (const std::string& note : proven->notes) fmt::print("{}\n", note);
    mutants = std::move(proven->not_passed);
    for (std::string& one : proven->failures) broken.push_back(std::move(one));
    return {};
}

// What the proof must find, below scenarios/.
constexpr std::string_view expected_file = "proofs/expected.yaml";

result<std::vector<std::string>> compare(const file_tree& scenarios, const expected_proof& found,
                                         const std::vector<check>& checks, const prove_options& o) {
    auto d = scenarios.read_yaml(expected_file);
    if (!d) return fail(d.error());
    auto expected = load_expected(*d);
    if (!expected) return fail(expected.error());
    // A selection of checks cannot show whether the other names of the file are still right.
    if (!o.select.empty()) {
        std::erase_if(expected->mutants, [&](const auto& row) { return !found.mutants.contains(row.first); });
    }
    std::vector<std::string> out = compare_matrix(expected->noticed, found.noticed, checks);
    for (std::string& line : compare_matrix(expected->mutants, found.mutants, checks)) out.push_back(std::move(line));
    return out;
}

int judge(const file_tree& scenarios, const expected_proof& found, const std::vector<check>& checks,
          const std::vector<std::string>& broken, bool environment, const prove_options& o) {
    for (const std::string& one : broken) fmt::print("{}\n", one);
    bool differs = false;
    const std::string file = (scenarios / expected_file).path();
    if (o.update) {
        std::error_code bad;
        fs::create_directories(fs::path(file).parent_path(), bad);
        if (auto ok = reports::write_file(file, format_expected(found)); !ok) return report_error(ok.error());
        fmt::print("Wrote {}\n", file);
    } else if (!o.no_matrix) {
        auto lines = compare(scenarios, found, checks, o);
        if (!lines) return report_error(lines.error());
        for (const std::string& one : *lines) fmt::print("{}\n", one);
        differs = !lines->empty();
        if (differs) {
            fmt::print("{} lines differ from {}; if that is intended, update it with `assay prove --update`\n",
                       lines->size(), file);
        }
    }
    if (environment) return exit_environment;
    return broken.empty() && !differs ? 0 : exit_failed;
}

int prove(prove_options o) {
    if (o.update && (!o.select.empty() || o.no_matrix)) {
        return report_error(
            {errc::usage, "--update needs all checks and the whole matrix; leave --select and --no-matrix out"});
    }
    auto all = load_catalogue(o.data);
    if (!all) return report_error(all.error());
    if (o.update && !all->data.on_disk()) {
        return report_error({errc::usage, "--update writes below scenarios/; say with --data where these are"});
    }
    if (!o.update && !o.no_matrix && !all->scenarios().has_file(expected_file)) {
        o.no_matrix = true;
        fmt::print("Witnesses only: {} is not there to compare the matrix with; --update writes it\n",
                   (all->scenarios() / expected_file).path());
    }
    auto checks = select_checks(all->checks, nullptr, o.select);
    if (!checks) return report_error(checks.error());
    auto fewer = fit_jobs(o.jobs, default_jobs());
    if (!fewer) return report_error(fewer.error());
    if (*fewer) fmt::print(stderr, "{}\n", **fewer);
    watch_for_interruption();
    auto trusted = run_authority::make();
    if (!trusted) return report_error(trusted.error());
    mock::embedded_options listen;
    listen.ca = (*trusted)->ca();
    auto running = mock::embedded::start(std::move(listen));
    if (!running) return report_error(running.error());
    const auto began = std::chrono::steady_clock::now();
    const mock_at at{(*running)->control_origin(), (*trusted)->file()};
    proof servers = prove_servers(*checks, at, o);
    expected_proof found{std::move(servers.noticed), {}};
    const bool any_client = std::any_of(checks->begin(), checks->end(), [](const check& c) { return c.is_client; });
    if (any_client && !interrupted()) {
        auto ok = prove_clients(*checks, *all, o, at, servers.broken, found.mutants);
        if (!ok) return report_error(ok.error());
    }
    if (interrupted()) {
        fmt::print(stderr, "assay: interrupted; nothing was decided\n");
        return exit_interrupted;
    }
    const int code = judge(all->scenarios(), found, *checks, servers.broken, servers.environment, o);
    const auto took = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
    std::size_t witnesses = 0;
    for (const check& c : *checks) witnesses += c.witnesses.size();
    fmt::print("{}: {} checks, {} witnesses, {} runs in {} s\n",
               code == 0 ? "The proof holds" : "The proof does not hold", checks->size(), witnesses, servers.runs,
               took.count());
    return code;
}

}  // namespace

void add_prove(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("prove", "Prove every check: it passes, and it fails under its witness");
    auto o = std::make_shared<prove_options>();
    command->add_option("--select", o->select, "Only these: ids, areas (AS-PKCE), clauses (rfc7636/4.6); commas");
    command->add_flag("--update", o->update, "Write scenarios/proofs/expected.yaml anew");
    command->add_flag(
        "--no-matrix", o->no_matrix,
        "Witnesses only, not every rule of the mock and every validation of `assay rp` against every check");
    command->add_option("--jobs", o->jobs, "Checks at once (default: twice the processors)")
        ->check(CLI::Range(1U, 256U));
    command->add_option("--deadline", o->deadline_s, "Seconds after which a client counts as hung")
        ->check(CLI::Range(3U, 600U))
        ->capture_default_str();
    command->add_flag("--tls", o->tls, "Client checks over TLS, with an authority of this run (docs/tls.md)");
    command->add_option("--data", o->data, "The folder that holds scenarios/ and clients/");
    command->footer("Examples:\n  assay prove\n  assay prove --select AS-PKCE\n  assay prove --update");
    command->callback([o, &exit_code] { exit_code = prove(*o); });
}

}  // namespace assay::harness
