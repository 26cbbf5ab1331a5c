#include "harness/cli/serve/serve_flags.hpp"

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "data/text.hpp"
#include "harness/cli/shared/tls_setup.hpp"

namespace assay::harness {
namespace {

// The environment variable of an option: ASSAY_ and its name.
CLI::Option* with_variable(CLI::Option* option) {
    std::string name = "ASSAY_";
    for (const char ch : option->get_single_name()) name += ch == '-' ? '_' : to_upper(ch);
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
                        "Address to listen on: 127.0.0.1, ::1, [::1]:8080, unix:/path …; what other machines reach "
                        "needs --expose")
            ->capture_default_str(),
        command.add_flag("--expose", o.expose, "Allow an address that other machines can reach"),
        command.add_option("--public-url", o.public_url, "The issuer URL that clients use, if it is another"),
        command
            .add_option(
                "--trust-proxy", o.trust_proxies,
                "An address, a network (10.0.0.0/8) or unix: peers whose Forwarded and X-Forwarded-Proto, -Host "
                "and -Prefix say under which URL a request came; repeatable")
            ->delimiter(','),
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
        command.add_flag("--any-user", o.any_user, "A leniency: anybody signs in under any name, with any claims"),
        command.add_flag("--isolated", o.isolated, "Ask each browser for consent, whoever allowed it in another one"),
        command.add_option("--client", o.clients, "Another client: ID[:SECRET]=REDIRECT_URI"),
        command.add_option("--fault", o.faults,
                           "A fault: NAME[=VALUE][@QUALIFIER…] or defect:RULE (assay list faults, docs/faults.md)"),
        command.add_option(
            "--ca", o.ca_file,
            "PEM file of a CA to trust where this mock itself connects by TLS: logout tokens, keys, the store"),
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
        command.add_option("--threads", o.threads, "Server threads; 0: one for each processor core")
            ->capture_default_str()
            ->check(CLI::Range(0U, threads_max)),
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

}  // namespace

void add_serve_flags(CLI::App& command, serve_options& o) {
    add_token_options(command, o);
    add_options(command, o);
    add_listening_options(command, o);
    add_store_options(command, o);
    add_control_options(command, o);
    for (auto* one : add_tls_options(command, o.tls)) with_variable(one);
}

}  // namespace assay::harness
