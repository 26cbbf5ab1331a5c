// `assay replay`: meets the failure of a capsule again.
#include "harness/cli/replay/replay.hpp"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/replay/curl_script.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "harness/cli/shared/progress.hpp"
#include "reports/text.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

std::string summary(const reports::row& before, const reports::row& now) {
    switch (compare_rows(before, now)) {
        case replay_end::same_failure:
            return fmt::format("The same failure as in the capsule: {}.", places_of(now));
        case replay_end::another_failure:
            return fmt::format("Another failure than in the capsule: {} ({}); there it was {} ({}).", places_of(now),
                               reports::verdict_name(now.verdict), places_of(before),
                               reports::verdict_name(before.verdict));
        case replay_end::passes:
            return fmt::format("It passes now; in the capsule it was {} ({}).", places_of(before),
                               reports::verdict_name(before.verdict));
        case replay_end::undecided:
            break;
    }
    return "Not decided this time: " + now.reason;
}

std::string again(const replay_options& o) {
    std::string line = "assay replay " + reports::shell_word(o.file);
    for (const auto& [name, value] : {std::pair<const char*, const std::string&>{" --server ", o.server},
                                      {" --client ", o.client},
                                      {" --ca ", o.ca_file},
                                      {" --data ", o.data}}) {
        if (!value.empty()) line += name + reports::shell_word(value);
    }
    return line;
}

int replay(const replay_options& o) {
    auto c = read_capsule(o.file);
    if (!c) return report_error(c.error());
    if (o.as_curl && c->party == capsule_party::client) {
        return report_error(
            {errc::usage,
             fmt::format(
                 "{} is a check of a client, and it is the client that sends the requests; `assay explain {}` "
                 "names the fault that it meets, and `assay explain FAULT` shows that by curl",
                 c->row.check, c->row.check)});
    }
    auto made = make_replay(*c, o);
    if (!made) return report_error(made.error());
    curl_script script;
    if (o.as_curl)
        made->plan.shown = [&](const issuer_view& at, const evidence_log& log) { script.take(at, log.in_full()); };
    made->options.command = command_line();
    watch_for_interruption();
    auto ran = carry_out(made->plan, made->options);
    if (!ran) return report_error(ran.error());
    if (interrupted()) return exit_interrupted;
    if (ran->rows.size() != 1)
        return report_error({errc::environment, "the check was not carried out; run it again", o.file});
    reports::row& row = ran->rows.front();
    row.reproduce = again(o);
    std::erase_if(ran->notes, [](const std::string& note) { return note.starts_with("processor time"); });
    const std::string end = summary(c->row, row);
    if (o.as_curl) {
        fmt::print("{}", script.write(*c, row));
        fmt::print(stderr, "{}\n", end);
        return 0;
    }
    reports::console_options console;
    console.colour = wants_colour(STDOUT_FILENO);
    console.verbose = true;
    console.width = terminal_width();
    fmt::print("{}\n{}\n", reports::format_console(*ran, console), end);
    return row.verdict == reports::verdict::warn ? exit_failed : reports::exit_code(*ran);
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("replay", "Meet a failure again, from the capsule that a run wrote");
    auto o = std::make_shared<replay_options>();
    command->add_option("capsule", o->file, "The file: out/capsules/AS-PKCE-02.json")->required();
    command->add_flag("--as-curl", o->as_curl, "Print its requests as a shell script with curl; secrets are $NAME");
    command->add_option("--server", o->server, "Another server than that of the capsule: issuer URL or server.yaml");
    command->add_option("--client", o->client, "The client, if it is no part of this program: its folder");
    command->add_option("--ca", o->ca_file, "PEM file of a CA to trust, for a server over https");
    command->add_option("--data", o->data, "The folder that holds scenarios/ and clients/");
    command->footer(
        "A capsule carries the check, its variant, seed, clock, faults and the file of the server; "
        "docs/replay.md says what it leaves to you.\nExit codes: 1 it still fails (or warns), 0 it passes, 3 it "
        "could not be decided.\n"
        "Examples:\n"
        "  assay replay out/capsules/AS-PKCE-02.json\n"
        "  assay replay RP-IDT-04.my-client_confidential.json --client ./my-client\n"
        "  assay replay AS-PKCE-02.json --as-curl > again.sh");
    command->callback([o, &exit_code] { exit_code = replay(*o); });
}

}  // namespace assay::harness
