// `assay serve`: the mock authorization server on this machine, usable without any configuration.
#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "data/json.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/serve/sandbox.hpp"
#include "harness/cli/serve/serve_options.hpp"
#include "harness/cli/shared/standard_streams.hpp"
#include "harness/cli/shared/tls_setup.hpp"
#include "mock_server/pages/client_page.hpp"
#include "mock_server/protocol/secure_transport.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

// "ada (acme, globex), grace (globex)"
std::string people_of(const mock::issuer& i) {
    constexpr std::size_t shown_max = 20;
    std::vector<std::string> out;
    for (const auto& u : i.users()) {
        if (out.size() == shown_max) break;
        std::vector<std::string> slugs;
        for (const auto& id : u.organizations) {
            if (const auto* o = i.find_organization(id)) slugs.push_back(o->slug);
        }
        out.push_back(slugs.empty() ? u.username : fmt::format("{} ({})", u.username, fmt::join(slugs, ", ")));
    }
    const auto more = i.users().size() - out.size();
    return fmt::format("{}{}", fmt::join(out, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

using line_writer = void (*)(std::string_view name, const std::string& text);

// The user's own clients, a line each; the demo clients in one.
void introduce_clients(const mock::issuer& i, line_writer line) {
    constexpr std::size_t shown_max = 5;
    std::vector<std::string> demo;
    std::size_t own = 0;
    for (const auto& c : i.clients()) {
        if (c.any_loopback_redirect_uri) {
            demo.push_back(c.client_id);
        } else if (++own <= shown_max) {
            line("client", fmt::format("{}, {}", c.client_id,
                                       c.redirect_uris.empty() ? "no redirect_uri" : c.redirect_uris.front()));
        }
    }
    if (own > shown_max) line("", fmt::format("and {} more", own - shown_max));
    if (!demo.empty())
        line("clients", fmt::format("{} (secret ID-secret, any loopback redirect_uri)", fmt::join(demo, ", ")));
}

std::size_t leniencies_of(const mock::issuer& i) {
    const auto all = mock::rules();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const auto& r) { return !i.speaks().enforces(r.id); }));
}

void warn_of_plain_http(const mock::issuer& i) {
    if (!i.speaks().enforces(mock::rule::transport_secure) || i.faults()->defect(mock::rule::transport_secure) ||
        mock::is_secure_transport(i.url()))
        return;
    fmt::print(
        stderr,
        "{} is plain http and not on loopback: {} refuses it with insecure_transport. Use TLS (--tls-cert), or "
        "do not enforce the rule: --fault defect:transport.secure\n",
        i.url(), i.speaks().name);
}

// `control_token`: the generated token; empty if the user gave one.
void introduce(const mock::issuer& i, const mock::embedded& running, const std::string& seed,
               const std::string& control_token, const std::string& sandbox) {
    const line_writer line = [](std::string_view name, const std::string& text) {
        fmt::print(stderr, "  {:<10} {}\n", name, text);
    };
    fmt::print(stderr, "Mock authorization server {}\n", i.url());
    const auto lenient = leniencies_of(i);
    line("dialect", lenient == 0 ? fmt::format("{}, every rule enforced", i.speaks().name)
                                 : fmt::format("{}, {} rules not enforced: assay explain {}", i.speaks().name,
                                               lenient, i.speaks().name));
    line("try it", mock::client_page_url(i.base()));
    if (running.has_inspector()) line("inspector", i.base() + "/inspector/");
    introduce_clients(i, line);
    line("users", people_of(i) + "; no passwords");
    if (!running.control_origin().empty()) line("control", running.control_origin());
    if (!control_token.empty()) {
        line("", "open to other machines; anyone with its token can mint tokens here: " + control_token);
    }
    if (!i.faults()->specs().empty()) line("faults", json::format(json::value(i.faults()->specs())));
    if (const auto& store = running.store(); !store.empty()) line("store", store);
    line("sandbox", sandbox);
    warn_of_plain_http(i);
    if (!seed.empty())
        fmt::print(stderr, "SEEDED: every code and token is predictable. Never use this for anything real.\n");
}

struct ready_details {
    std::string ca_file, control_token;  // empty: there is none
    std::string sandbox;
};

json::object ready_document(const mock::embedded& running, const mock::issuer& i, const ready_details& d) {
    json::object out{
        {"ready", true}, {"issuer", i.url()}, {"dialect", i.speaks().name}, {"origin", running.origin()}};
    if (!running.control_origin().empty()) out.append("control", running.control_origin());
    if (!d.control_token.empty()) out.append("control_token", d.control_token);
    out.append("client_page", mock::client_page_url(i.base()));
    if (running.has_inspector()) out.append("inspector", i.base() + "/inspector/");
    if (!d.ca_file.empty()) out.append("ca_file", d.ca_file);
    if (const auto& store = running.store(); !store.empty()) out.append("store", store);
    out.append("sandbox", d.sandbox);
    return out;
}

constexpr std::chrono::milliseconds patience_at_the_end{500};

// What is read and written after the start. Files of the command line have been read by then.
sandbox_options needs_of(const serve_options& o) {
    namespace fs = std::filesystem;
    sandbox_options out;
    if (!o.ca_file.empty()) out.readable.push_back(o.ca_file);
    if (o.ready_file.empty()) return out;
    std::error_code bad;
    const auto ready = fs::weakly_canonical(fs::absolute(o.ready_file), bad);
    // A pipe or a device is written in place, a file is replaced in its folder.
    const bool in_place = fs::exists(ready, bad) && !fs::is_regular_file(ready, bad);
    out.writable.push_back((in_place ? ready : ready.parent_path()).string());
    return out;
}

// The system closes the other end of the pipe however its owner ends, even by SIGKILL.
void end_with_stdin() {
    std::thread([] {
        std::array<char, 256> ignored{};
        ssize_t got = 0;
        do got = ::read(STDIN_FILENO, ignored.data(), ignored.size());
        while (got > 0 || (got < 0 && errno == EINTR));
        ::kill(::getpid(), SIGTERM);
    }).detach();
}

result<void> serve(const serve_options& o) {
    wait_for_readers_at_most(patience_at_the_end);
    auto options = to_embedded(o);
    if (!options) return fail(options.error());
    auto tls = set_up_tls(o.tls, options->address);
    if (!tls) return fail(tls.error());
    options->dropped_log_lines = dropped_messages;
    options->issuers = o.issuers;
    const std::string ca_file = *tls ? (*tls)->ca_file : "";
    if (*tls) {
        options->tls = std::move((*tls)->who);
        options->ca = std::move((*tls)->ca);
    }
    // Blocked in this thread and all threads started later, so that sigwait() below receives them.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    const bool token_is_given = !o.control_token.empty() || !o.control_token_file.empty();
    const std::string made_token = token_is_given ? "" : options->control_token;
    const std::string sandbox = o.no_sandbox ? "off (--no-sandbox)" : confine(needs_of(o));
    auto running = mock::embedded::start(std::move(*options));
    if (!running) return fail(running.error());
    const auto at = (*running)->core().find("");
    introduce(*at, **running, o.seed, made_token, sandbox);
    if (!ca_file.empty()) fmt::print(stderr, "To trust this server\n{}\n", how_to_trust(ca_file));
    const std::string ready = json::format(ready_document(**running, *at, {ca_file, made_token, sandbox})) + "\n";
    std::fputs(ready.c_str(), stdout);
    std::fflush(stdout);
    if (!o.ready_file.empty()) {
        if (auto ok = reports::write_file(o.ready_file, ready); !ok) return ok;
    }
    if (o.exit_with_stdin) end_with_stdin();
    int signal = 0;
    sigwait(&ends, &signal);
    fmt::print(stderr, "Stopping: requests in progress are finished first.\n");
    (*running)->stop();
    return {};
}

// The environment variable of an option: ASSAY_ and its name.
CLI::Option* with_variable(CLI::Option* option) {
    std::string name = "ASSAY_";
    for (const char ch : option->get_single_name())
        name += ch == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(ch)));
    return option->envname(name);
}

CLI::Range port_range() {
    return {0, 65535};
}

void add_control_options(CLI::App& command, serve_options& o) {
    const std::vector<CLI::Option*> all{
        command
            .add_option("--control", o.control_port, "Open the control API on this loopback port; 0 picks a free one")
            ->check(port_range()),
        command
            .add_option("--control-address", o.control_address,
                        "Where the control API listens; anything but loopback needs --expose-control")
            ->capture_default_str(),
        command.add_flag("--expose-control", o.expose_control,
                         "Allow a control API that other machines can reach; they must send its token"),
        command.add_option("--control-token", o.control_token,
                           "The Bearer token of the control API; generated if one is needed. The process list shows "
                           "it: ASSAY_CONTROL_TOKEN and --control-token-file do not"),
        command.add_option("--control-token-file", o.control_token_file, "A file whose first line is that token"),
    };
    for (auto* one : all) with_variable(one);
}

void add_store_options(CLI::App& command, serve_options& o) {
    const std::vector<CLI::Option*> all{
        command
            .add_option(
                "--store", o.store,
                "memory, or where several mocks of one issuer keep what they store: redis://HOST:6379, "
                "rediss://… over TLS, redis+sentinel://HOST:26379/MASTER. A password is better in ASSAY_STORE")
            ->capture_default_str(),
        command.add_option("--store-password-file", o.store_password_file,
                           "A file whose first line is the password of that store"),
    };
    for (auto* one : all) with_variable(one);
}

void add_token_options(CLI::App& command, serve_options& o) {
    const std::vector<CLI::Option*> all{
        command.add_option("--resource", o.resources,
                           "A resource that tokens can be requested for (RFC 8707): a URI, or a path below the "
                           "issuer, where the mock then serves the resource and its metadata (RFC 9728)"),
        command.add_option("--signing-alg", o.signing_algs,
                           "An algorithm that signs its tokens, the default first: RS256, ES384, Ed25519 … (without "
                           "it those of the dialect); repeatable"),
        command.add_option("--rsa-bits", o.rsa_bits, "Size of its RSA keys: 2048, 3072 or 4096")
            ->capture_default_str(),
    };
    for (auto* one : all) with_variable(one);
}

void add_listening_options(CLI::App& command, serve_options& o) {
    const std::vector<CLI::Option*> all{
        command.add_option("--port", o.port, "Port; 0 picks a free one")
            ->check(port_range())
            ->default_str(std::to_string(port_default)),
        command
            .add_option("--address", o.address,
                        "Address to listen on: 127.0.0.1, ::1, [::1]:8080 …; anything but loopback needs --expose")
            ->capture_default_str(),
        command.add_flag("--expose", o.expose, "Allow an address that other machines can reach"),
        command.add_option("--public-url", o.public_url, "The issuer URL that clients use, if it is another"),
    };
    for (auto* one : all) with_variable(one);
}

void add_options(CLI::App& command, serve_options& o) {
    const std::vector<CLI::Option*> all{
        command.add_option(
            "--config", o.config,
            "Read options, clients and issuers from this YAML file; the variable ASSAY_CONFIG_YAML may "
            "hold its text instead"),
        command.add_option("--dialect", o.dialect, "Dialect of the server: polar, strict … (assay list dialects)")
            ->capture_default_str(),
        command
            .add_option("--sign-in", o.sign_in,
                        "page, auto (first user, always allowed) or by_request (assay_user=…)")
            ->capture_default_str(),
        command.add_option("--client", o.clients, "Another client: ID[:SECRET]=REDIRECT_URI"),
        command.add_option("--fault", o.faults,
                           "A fault: NAME[=VALUE][@QUALIFIER…] or defect:RULE (assay list faults, docs/faults.md)"),
        command.add_option(
            "--ca", o.ca_file,
            "PEM file of a CA to trust where this mock itself sends requests by https: logout tokens, keys"),
        command.add_option(
            "--allow-host", o.allow_hosts,
            "A host beyond loopback to which this mock may send requests: logout tokens, and for the keys "
            "of trusted issuers"),
        command
            .add_option("--inspector", o.inspector,
                        "on, off or auto: requests and refusals as a page at {issuer}/inspector/; auto: on loopback")
            ->capture_default_str(),
        command
            .add_option("--memory", o.memory,
                        "Memory that codes, tokens, clients, journals … may use together; what is oldest makes room")
            ->capture_default_str(),
        command.add_flag("--issuers-on-demand", o.issuers_on_demand,
                         "/i/{any name} is an issuer like the default one, created on its first request"),
        command
            .add_option("--fault-issuers", o.fault_issuers,
                        "on, off or auto: issuers by URL at /f/{fault}/; auto: where the mock listens on loopback")
            ->capture_default_str(),
        command
            .add_option("--log", o.log,
                        "One line per request on stderr: text, json, off or auto (text on a terminal)")
            ->capture_default_str(),
        command
            .add_option("--journal", o.journal,
                        "How many requests the journal keeps, or off: saves the copies, for load")
            ->capture_default_str(),
        command.add_option("--threads", o.threads, "Server threads")
            ->capture_default_str()
            ->check(CLI::Range(1U, 64U)),
        command.add_flag("--exit-with-stdin", o.exit_with_stdin,
                         "End when standard input does: with the process that holds it, even if that is killed"),
        command.add_option("--seed", o.seed, "Make every code and token repeatable"),
        command.add_option("--ready-file", o.ready_file, "Write the ready line here, too"),
        command.add_flag(
            "--no-sandbox", o.no_sandbox,
            "Do not confine this process to the files and system calls that it needs (Landlock, seccomp)"),
    };
    for (auto* one : all) with_variable(one);
}

// The keys of the file are the long option names, with underscores.
bool is_given(const CLI::App& command, std::string_view key) {
    std::string name = "--";
    for (const char ch : key) name += ch == '_' ? '-' : ch;
    const auto* option = command.get_option_no_throw(name);
    return option != nullptr && option->count() > 0;
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("serve", "Run the mock authorization server");
    auto o = std::make_shared<serve_options>();
    add_token_options(*command, *o);
    add_options(*command, *o);
    add_listening_options(*command, *o);
    add_store_options(*command, *o);
    add_control_options(*command, *o);
    for (auto* one : add_tls_options(*command, o->tls)) with_variable(one);
    command->footer(
        "Examples:\n"
        "  assay serve\n"
        "  assay serve --dialect strict --port 0 --control 0\n"
        "  assay serve --tls\n"
        "  assay serve --client my-app:s3cret=http://localhost:3000/callback\n"
        "  assay serve --fault id_token_aud_wrong --fault token_status=503@2\n"
        "  assay serve --fault defect:token.code_verifier_matches\n"
        "  assay serve --config serve.yaml                       docs/serve.md has the keys\n"
        "  ASSAY_PORT=0 ASSAY_LOG=json assay serve               every option is a variable, too");
    command->callback([o, command, &exit_code] {
        const auto chosen = [command](std::string_view key) { return is_given(*command, key); };
        result<void> done;
        const char* whole = std::getenv(serve_variable);
        if (whole != nullptr && *whole != '\0') {
            done = read_serve_variable(whole, *o, chosen);
        } else if (!o->config.empty()) {
            done = read_serve_file(o->config, *o, chosen);
        }
        if (done) done = serve(*o);
        if (!done) exit_code = report_error(done.error());
    });
}

}  // namespace assay::harness
