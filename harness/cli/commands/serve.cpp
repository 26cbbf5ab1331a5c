// `assay serve`: the mock authorization server on this machine, usable without any configuration.
#include <algorithm>
#include <array>
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
#include "harness/cli/serve/serve_flags.hpp"
#include "harness/cli/serve/serve_options.hpp"
#include "harness/cli/shared/standard_streams.hpp"
#include "harness/cli/shared/tls_setup.hpp"
#include "http/listen_address.hpp"
#include "http/url.hpp"
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
    if (mock::is_secure_transport(i.url())) return;
    if (!i.speaks().enforces(mock::rule::transport_secure) || i.faults()->defect(mock::rule::transport_secure)) {
        fmt::print(stderr,
                   "{} is plain http and not on loopback: clients that refuse it have a switch "
                   "(RequireHttpsMetadata=false in .NET, allowInsecureRequests in openid-client, "
                   "OAUTHLIB_INSECURE_TRANSPORT=1, AUTHLIB_INSECURE_TRANSPORT=1). Or use TLS (--tls-cert)\n",
                   i.url());
        return;
    }
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
    line("users", people_of(i) + (i.config().any_user ? ", or under any name" : "") + "; no passwords");
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

// The path of its unix socket; empty: it listens at an IP address.
std::string socket_of(const serve_options& o) {
    return http::parse_listen_address(o.address).value_or(http::listen_address{}).socket;
}

// Where it listens besides, and the issuers with a host of their own: what is asked of another host goes to the
// issuer above.
void introduce_places(const serve_options& o, mock::embedded& running) {
    if (const auto socket = socket_of(o); !socket.empty()) fmt::print(stderr, "  {:<10} {}\n", "socket", socket);
    if (!o.trust_proxies.empty())
        fmt::print(stderr, "  {:<10} {} say under which URL a request came\n", "proxies",
                   fmt::join(o.trust_proxies, ", "));
    for (const auto& one : o.issuers) {
        const auto at = one.host.empty() ? nullptr : running.core().find(one.name);
        if (at == nullptr) continue;
        fmt::print(stderr, "  {:<10} {}, {}\n", "issuer", at->url(), at->speaks().name);
        warn_of_plain_http(*at);
    }
}

struct ready_details {
    std::string ca_file, control_token;  // empty: there is none
    std::string sandbox;
    std::string socket;
};

json::object ready_document(const mock::embedded& running, const mock::issuer& i, const ready_details& d) {
    json::object out{
        {"ready", true}, {"issuer", i.url()}, {"dialect", i.speaks().name}, {"origin", running.origin()}};
    if (!d.socket.empty()) out.append("socket", d.socket);
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
    std::error_code bad;
    if (!o.ca_file.empty()) out.readable.push_back(o.ca_file);
    if (const auto socket = socket_of(o); !socket.empty())
        out.sockets.push_back(fs::weakly_canonical(fs::absolute(socket), bad).parent_path().string());
    if (o.ready_file.empty()) return out;
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

// What a certificate is for, besides localhost and its usual addresses.
std::vector<std::string> names_of(const serve_options& o, const mock::embedded_options& options) {
    std::vector<std::string> out;
    if (options.address.starts_with("127.")) out.push_back(options.address);
    for (const auto& one : o.issuers) {
        if (!one.host.empty()) out.push_back(http::without_brackets(one.host));
    }
    return out;
}

result<void> serve(const serve_options& o) {
    wait_for_readers_at_most(patience_at_the_end);
    auto options = to_embedded(o);
    if (!options) return fail(options.error());
    auto tls = set_up_tls(o.tls, names_of(o, *options));
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
    introduce_places(o, **running);
    if (!ca_file.empty()) fmt::print(stderr, "To trust this server\n{}\n", how_to_trust(ca_file));
    const std::string ready =
        json::format(ready_document(**running, *at, {ca_file, made_token, sandbox, socket_of(o)})) + "\n";
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
    add_serve_flags(*command, *o);
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
