// assay: conformance and fault injection for OAuth 2.0 and OpenID Connect.
#include <cstdio>
#include <cstring>
#include <exception>
#include <sstream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "data/json.hpp"
#include "harness/cli/about/about.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/descriptors.hpp"
#include "harness/cli/shared/standard_streams.hpp"
#include "harness/cli/shared/usage_sentence.hpp"
#include "http/static_program.hpp"

namespace assay::harness {

namespace {

constexpr const char* examples =
    "Examples:\n"
    "  assay init client --language python my-client         a start for a client of your own\n"
    "  assay run --profile polar                             check our mock against Polar's profile\n"
    "  assay run --profile polar --client openid-client      … and a client (a folder under clients/)\n"
    "  assay run --profile oauth2-baseline --server https://login.example.com\n"
    "  assay run --select rfc7636/4.6,AS-CODE-01             by clause, area (AS-PKCE) or id\n"
    "  assay matrix --score                                  every client here under every wrong answer\n"
    "  assay serve --fault id_token_aud_wrong                a server that misbehaves, for your own client\n"
    "  assay explain AS-PKCE-02                              what a check, fault or rule means\n"
    "  assay prove                                           every check, proven both ways\n"
    "  assay load --flow code_exchange --rate 500 --for 30s  load, and what it did (assay knee, merge, selftest)\n"
    "  assay compare main/result.json out/result.json        what newly fails, what newly passes\n"
    "\n"
    "Exit codes: 0 pass, 1 a check failed, 2 usage, 3 environment, 4 a threshold does not hold or\n"
    "compare says worse, 5 the load generator was the bottleneck, 6 an expected deviation is gone, 130 interrupted.";

int print_version(bool as_json) {
    if (!as_json) {
        fmt::print("assay {}\n", ASSAY_VERSION);
        return 0;
    }
    const auto known = about::known_advisories();
    if (!known) return report_error(known.error());
    fmt::print("{}\n", json::format_pretty(about::describe(about::libraries(), *known)));
    return 0;
}

int run(int argc, char** argv) {
    CLI::App app{"Conformance and fault injection for OAuth 2.0 and OpenID Connect", "assay"};
    bool wants_version = false;
    bool as_json = false;
    auto* version = app.add_flag("--version", wants_version, "Print the version of this program and exit");
    app.add_flag("--json", as_json, "With --version: also of its libraries, and their known advisories")
        ->needs(version);
    app.footer(examples);
    // One command: a later word with the name of a command is an argument, as in `assay help run`.
    app.require_subcommand(0, 1);
    int code = 0;
    for (auto add : {add_init,   add_run,      add_replay,     add_report,  add_token,   add_matrix,  add_prove,
                     add_lint,   add_list,     add_coverage,   add_dialect, add_explain, add_serve,   add_healthy,
                     add_rp,     add_baseline, add_load,       add_knee,    add_merge,   add_compare, add_selftest,
                     add_unpack, add_schema,   add_completion, add_manual,  add_help})
        add(app, code);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() != 0) {
            fmt::print(stderr, "assay: {}\n", usage_sentence(app, e, argc, argv));
            return exit_usage;
        }
        std::ostringstream out, err;  // std::cerr does not know what replaced stderr
        const int unused [[maybe_unused]] = app.exit(e, out, err);
        fmt::print("{}", out.str());
        return 0;
    }
    if (wants_version) return print_version(as_json);
    if (app.get_subcommands().empty()) fmt::print("{}", app.help());
    return code;
}

// The exit code: that of the command, unless its output could not be written.
int end_of_output(int code) {
    const write_end out = finish_writing(STDOUT_FILENO);
    if (out.unread) fmt::print(stderr, "assay: nobody read the output; the rest of it is lost\n");
    if (out.error != 0)
        fmt::print(stderr, "assay: not all of the output could be written: {}\n", std::strerror(out.error));
    static_cast<void>(finish_writing(STDERR_FILENO));
    return out.error != 0 && code == 0 ? exit_environment : code;
}

}  // namespace
}  // namespace assay::harness

int main(int argc, char** argv) {
#ifdef ASSAY_STATIC
    assay::http::settle_static_program();
#endif
    assay::harness::keep_writing();
    assay::harness::raise_descriptor_limit();
    int code = assay::harness::exit_environment;
    try {
        code = assay::harness::run(argc, argv);
    } catch (const std::exception& e) {
        fmt::print(stderr, "assay: unexpected error ({}); run it again, and report it if it happens again\n",
                   e.what());
    }
    return assay::harness::end_of_output(code);
}
