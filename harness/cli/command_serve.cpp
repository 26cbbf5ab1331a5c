// `assay serve`: the mock authorization server on this machine, usable without any configuration.
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/json.hpp"
#include "harness/cli/commands.hpp"
#include "http/url.hpp"
#include "mock_server/embedded.hpp"
#include "mock_server/pages/index.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

struct serve_options {
    std::string dialect = "polar";
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string sign_in = "page";
    std::string public_url;
    std::vector<std::string> clients;
    std::vector<std::string> faults;
    std::string seed;
    std::string ready_file;
    int control_port = -1;
    unsigned threads = 1;
    bool expose = false;
};

// ID[:SECRET]=REDIRECT_URI
result<mock::client> parse_client(const std::string& text, const mock::dialect& speaks) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
        return fail(errc::usage, fmt::format("--client '{}' must be ID[:SECRET]=REDIRECT_URI", text));
    }
    const auto id = text.substr(0, equals);
    const auto colon = id.find(':');
    mock::client c;
    c.client_id = id.substr(0, colon);
    if (colon == std::string::npos) {
        c.token_endpoint_auth_method = "none";
    } else {
        c.client_secret = id.substr(colon + 1);
        c.token_endpoint_auth_method = speaks.registration.auth_method;
    }
    c.redirect_uris = {text.substr(equals + 1)};
    if (auto uri = http::parse_url(c.redirect_uris.front()); !uri) {
        return fail(errc::usage, fmt::format("--client '{}': {}", text, uri.error().message));
    }
    c.scope = fmt::format("{}", fmt::join(speaks.scopes_supported, " "));
    return c;
}

bool is_loopback(const std::string& address) {
    return address.starts_with("127.") || address == "::1" || address == "localhost";
}

result<mock::embedded_options> to_options(const serve_options& o) {
    if (!is_loopback(o.address) && !o.expose) {
        return fail(errc::usage,
                    fmt::format("{} is not a loopback address and the signing keys are published; add --expose if "
                                "other machines are meant to reach this mock",
                                o.address));
    }
    auto speaks = mock::find_dialect(o.dialect);
    if (!speaks) return fail(errc::usage, speaks.error().message);
    const auto how = mock::parse_sign_in(o.sign_in);
    if (!how) return fail(errc::usage, fmt::format("--sign-in '{}' must be page, auto or by_request", o.sign_in));
    mock::issuer_request issuer;
    issuer.dialect = o.dialect;
    issuer.how = *how;
    issuer.clients = mock::demo_clients(**speaks);
    for (const auto& text : o.clients) {
        auto c = parse_client(text, **speaks);
        if (!c) return fail(c.error());
        issuer.clients.push_back(std::move(*c));
    }
    json::array faults;
    for (const auto& text : o.faults) faults.emplace_back(text);
    issuer.faults = std::move(faults);
    mock::embedded_options out;
    out.address = o.address;
    out.port = o.port;
    out.threads = o.threads;
    out.control = o.control_port >= 0;
    out.control_port = static_cast<std::uint16_t>(std::max(0, o.control_port));
    out.public_url = o.public_url;
    out.seed = o.seed;
    out.default_issuer = std::move(issuer);
    return out;
}

void introduce(const mock::issuer& i, const mock::embedded& running, const std::string& seed) {
    fmt::print(stderr, "\nMock authorization server, dialect {} ({})\n  issuer   {}\n", i.speaks().name,
               i.speaks().title, i.url());
    if (!running.control_origin().empty()) fmt::print(stderr, "  control  {}\n", running.control_origin());
    fmt::print(stderr, "\nClients\n");
    for (const auto& c : i.clients()) {
        fmt::print(stderr, "  {:<12} {:<20} {}\n", c.client_id, c.token_endpoint_auth_method,
                   c.any_loopback_redirect_uri ? "secret " + (c.is_public() ? std::string("none") : c.client_secret) +
                                                     ", any loopback redirect_uri"
                                               : c.redirect_uris.front());
    }
    fmt::print(stderr,
               "\nUsers: ada (acme, globex), grace (globex). No passwords: the sign-in page asks who you are.\n");
    std::string lenient;
    for (const auto& r : mock::rules()) {
        if (!i.speaks().enforces(r.id)) lenient += fmt::format("\n  {} ({})", r.name, r.clause);
    }
    if (!lenient.empty()) fmt::print(stderr, "\nNot enforced by this dialect; everything else is:{}\n", lenient);
    if (!i.faults()->specs().empty()) {
        fmt::print(stderr, "\nFaults on: {}\n", json::format(json::value(i.faults()->specs())));
    }
    if (!seed.empty())
        fmt::print(stderr, "\nSEEDED: every code and token is predictable. Never use this for anything real.\n");
    fmt::print(stderr, "\nOpen this to sign in (code_verifier {}):\n  {}\n\n", mock::pages::demo_verifier,
               mock::pages::demo_link(i, *i.find_client("demo-web")));
}

json::object ready_document(const mock::embedded& running, const mock::issuer& i) {
    json::object out{
        {"ready", true}, {"issuer", i.url()}, {"dialect", i.speaks().name}, {"origin", running.origin()}};
    if (!running.control_origin().empty()) out.append("control", running.control_origin());
    return out;
}

result<void> serve(const serve_options& o) {
    auto options = to_options(o);
    if (!options) return fail(options.error());
    // Blocked in every thread that starts from here on, so that one sigwait() below sees them.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    auto running = mock::embedded::start(std::move(*options));
    if (!running) return fail(running.error());
    const auto at = (*running)->core().find("");
    introduce(*at, **running, o.seed);
    const std::string ready = json::format(ready_document(**running, *at)) + "\n";
    std::fputs(ready.c_str(), stdout);
    std::fflush(stdout);
    if (!o.ready_file.empty()) {
        if (auto ok = reports::write_file(o.ready_file, ready); !ok) return ok;
    }
    int signal = 0;
    sigwait(&ends, &signal);
    fmt::print(stderr, "Stopping: requests in progress are finished first.\n");
    (*running)->stop();
    return {};
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("serve", "Run the mock authorization server");
    auto o = std::make_shared<serve_options>();
    command->add_option("--dialect", o->dialect, "How the server speaks: polar, strict … (assay list dialects)")
        ->capture_default_str();
    command->add_option("--port", o->port, "Port; 0 picks a free one")->capture_default_str();
    command->add_option("--address", o->address, "Address to listen on; anything but loopback needs --expose")
        ->capture_default_str();
    command->add_flag("--expose", o->expose, "Allow an address that other machines can reach");
    command
        ->add_option("--sign-in", o->sign_in, "page, auto (first user, always allowed) or by_request (assay_user=…)")
        ->capture_default_str();
    command->add_option("--client", o->clients, "Another client: ID[:SECRET]=REDIRECT_URI");
    command->add_option("--fault", o->faults,
                        "A fault: NAME[=VALUE][@QUALIFIER…] or defect:RULE (assay list faults, docs/faults.md)");
    command->add_option("--public-url", o->public_url, "The issuer as clients see it, when that is another URL");
    command->add_option("--control", o->control_port,
                        "Open the control API on this loopback port; 0 picks a free one");
    command->add_option("--threads", o->threads, "Server threads")->capture_default_str()->check(CLI::Range(1U, 64U));
    command->add_option("--seed", o->seed, "Make every code and token repeatable");
    command->add_option("--ready-file", o->ready_file, "Write the ready line here, too");
    command->footer(
        "Examples:\n"
        "  assay serve\n"
        "  assay serve --dialect strict --port 0 --control 0\n"
        "  assay serve --client my-app:s3cret=http://localhost:3000/callback\n"
        "  assay serve --fault id_token_aud_wrong --fault token_status=503@2\n"
        "  assay serve --fault defect:token.code_verifier_matches");
    command->callback([o, &exit_code] {
        if (auto ok = serve(*o); !ok) exit_code = report_error(ok.error());
    });
}

}  // namespace assay::harness
