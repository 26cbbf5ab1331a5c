#include "harness/cli/serve/serve_options.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "data/text.hpp"
#include "harness/cli/shared/cores.hpp"
#include "http/listen_address.hpp"
#include "http/tls.hpp"
#include "http/url.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"

namespace assay::harness {
namespace {

// ID[:SECRET]=REDIRECT_URI
result<mock::client> parse_client(const std::string& text, const mock::dialect& speaks,
                                  const std::vector<std::string>& signing_algs) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
        return fail(errc::usage, fmt::format("--client '{}' must be ID[:SECRET]=REDIRECT_URI", text));
    }
    const auto id = text.substr(0, equals);
    const auto colon = id.find(':');
    json::object said{{"client_id", id.substr(0, colon)}, {"redirect_uris", json::array{text.substr(equals + 1)}}};
    said.append("token_endpoint_auth_method",
                colon == std::string::npos ? std::string("none") : speaks.registration.auth_method);
    if (colon != std::string::npos) said.append("client_secret", id.substr(colon + 1));
    auto c = mock::client_from_configuration(said, speaks, signing_algs);
    if (!c) return fail(errc::usage, fmt::format("--client '{}': {}", text, c.error().message));
    return c;
}

// Of two clients with the same id the second would silently replace the first.
result<void> demand_once(const std::vector<mock::client>& all, std::size_t demos) {
    for (std::size_t n = demos; n < all.size(); ++n) {
        for (std::size_t before = 0; before < n; ++before) {
            if (all[before].client_id != all[n].client_id) continue;
            return fail(errc::usage, fmt::format("client_id '{}' is {}; give each client its own", all[n].client_id,
                                                 before < demos ? "that of a demo client" : "defined twice"));
        }
    }
    return {};
}

// on, off, or auto, which is `by_itself`.
result<bool> switched(std::string_view option, const std::string& text, bool by_itself) {
    if (text == "on" || text == "off") return text == "on";
    if (text == "auto") return by_itself;
    return fail(errc::usage, fmt::format("--{} '{}' must be on, off or auto", option, text));
}

result<mock::log_format> log_of(const std::string& text) {
    if (text == "auto") return ::isatty(STDERR_FILENO) != 0 ? mock::log_format::text : mock::log_format::off;
    if (const auto how = mock::parse_log_format(text)) return *how;
    return fail(errc::usage, fmt::format("--log '{}' must be text, json, off or auto", text));
}

result<std::size_t> journal_of(const std::string& text) {
    if (text == "off") return std::size_t{0};
    const auto entries = whole_number<std::size_t>(text);
    if (entries && *entries <= mock::journal::entries_limit) return *entries;
    return fail(errc::usage, fmt::format("--journal '{}' must be off, or how many requests to keep: at most {}", text,
                                         mock::journal::entries_limit));
}

// The first line of the file that an option names.
result<std::string> first_line(std::string_view option, const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string line;
    if (!in || !std::getline(in, line))
        return fail(errc::usage, fmt::format("{}: no line can be read from {}", option, path));
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) return fail(errc::usage, fmt::format("{}: the first line of {} is empty", option, path));
    return line;
}

// The token for the control API: the option, or the first line of its file. Empty: not given.
result<std::string> control_token_of(const serve_options& o) {
    if (o.control_token_file.empty()) return o.control_token;
    if (!o.control_token.empty())
        return fail(errc::usage, "--control-token and --control-token-file say the same thing; give one of them");
    return first_line("--control-token-file", o.control_token_file);
}

result<void> choose_store(const serve_options& o, mock::embedded_options& out) {
    if (o.store == "memory") {
        if (o.store_password_file.empty()) return {};
        return fail(errc::usage, "--store-password-file needs --store redis://…; memory has no password");
    }
    auto to = mock::redis::parse_address(o.store);
    if (!to) return fail(to.error());
    if (!o.seed.empty())
        return fail(errc::usage,
                    "--seed would make all mocks of the store issue the same tokens; leave out --seed or "
                    "--store");
    if (!o.store_password_file.empty()) {
        auto line = first_line("--store-password-file", o.store_password_file);
        if (!line) return fail(line.error());
        to->password = std::move(*line);
    }
    out.store = std::move(*to);
    return {};
}

// Anyone who reaches the control API can mint tokens: beyond loopback it needs --expose-control, and a token.
result<void> expose_control(const serve_options& o, mock::embedded_options& out) {
    constexpr std::size_t token_min = 16;
    out.control = o.control_port >= 0;
    out.control_port = static_cast<std::uint16_t>(std::max(0, o.control_port));
    out.control_address = o.control_address;
    auto token = control_token_of(o);
    if (!token) return fail(token.error());
    out.control_token = std::move(*token);
    const auto where = http::parse_listen_address(o.control_address);
    if (!where) return fail(errc::usage, "--control-address: " + where.error().message);
    if (where->port) return fail(errc::usage, "--control-address takes no port; give it to --control");
    if (!where->socket.empty())
        return fail(errc::usage, "--control-address must be an IP address; only --address may be a unix socket");
    if (!out.control && (o.expose_control || !out.control_token.empty() || !where->loopback))
        return fail(errc::usage, "there is no control API without --control PORT; 0 picks a free one");
    if (where->loopback) return {};
    if (!o.expose_control) {
        return fail(errc::usage,
                    fmt::format("{} is not a loopback address, and anyone who reaches the control API can mint "
                                "tokens; add --expose-control to allow other machines, which then need its token",
                                o.control_address));
    }
    if (out.control_token.empty()) out.control_token = oauth::base64url_encode(oauth::random_bytes(24));
    if (out.control_token.size() < token_min) {
        return fail(errc::usage, fmt::format("--control-token has {} characters; beyond loopback it needs {} or more "
                                             "(without it one is made)",
                                             out.control_token.size(), token_min));
    }
    return {};
}

// "64MB", "1GB", "65536KB": powers of 1024.
result<std::size_t> memory_of(const std::string& text) {
    constexpr std::size_t most = std::size_t{1} << 40U;
    std::size_t number = 0;
    const auto* last = text.data() + text.size();
    const auto [end, bad] = std::from_chars(text.data(), last, number);
    const std::string_view unit(end, static_cast<std::size_t>(last - end));
    for (const auto& [name, shift] : {std::pair<std::string_view, unsigned>{"KB", 10}, {"MB", 20}, {"GB", 30}}) {
        if (bad != std::errc{} || unit != name || number > most >> shift) continue;
        if (number << shift >= mock::memory_budget::bytes_min) return number << shift;
    }
    return fail(errc::usage, fmt::format("--memory '{}' must be a size of {}MB or more, as 256MB or 1GB", text,
                                         mock::memory_budget::bytes_min >> 20U));
}

// Where it listens, and what only this machine gets unless it is asked for.
result<void> choose_by_address(const serve_options& o, mock::embedded_options& out) {
    const auto where = http::parse_listen_address(o.address);
    if (!where) return fail(errc::usage, "--address: " + where.error().message);
    if (!where->loopback && !o.expose) {
        return fail(errc::usage, fmt::format("{} is not a loopback address and the signing keys are published; add "
                                             "--expose to let other machines reach this mock",
                                             o.address));
    }
    if (where->port && o.port && *where->port != *o.port) {
        return fail(errc::usage, fmt::format("--address {} and --port {} both name a port; leave one of them out",
                                             o.address, *o.port));
    }
    out.address = where->socket.empty() ? where->host : o.address;
    out.port = where->port.value_or(o.port.value_or(port_default));
    out.exposed = !where->loopback;
    const auto inspector = switched("inspector", o.inspector, !out.exposed);
    if (!inspector) return fail(inspector.error());
    out.inspector = *inspector;
    const auto fault_issuers = switched("fault-issuers", o.fault_issuers, !out.exposed);
    if (!fault_issuers) return fail(fault_issuers.error());
    out.fault_issuers = *fault_issuers;
    out.issuers_on_demand = o.issuers_on_demand;
    return {};
}

// Kept exactly as given, with its slash: an issuer is compared as a string (OIDC Discovery §4.3, RFC 8414 §3.3).
result<std::string> public_url_of(std::string text) {
    if (text.empty()) return text;
    const auto url = http::parse_url(text);
    if (!url || (url->scheme != "http" && url->scheme != "https") || url->has_fragment || url->has_query) {
        return fail(errc::usage,
                    fmt::format("--public-url '{}' must be an http or https URL without query and fragment, "
                                "as https://mock.example",
                                text));
    }
    return text;
}

result<void> choose_url(const serve_options& o, mock::embedded_options& out) {
    auto url = public_url_of(o.public_url);
    if (!url) return fail(url.error());
    out.public_url = std::move(*url);
    for (const auto& one : o.trust_proxies) {
        if (auto good = out.proxies.add(one); !good)
            return fail(errc::usage, "--trust-proxy: " + good.error().message);
    }
    if (o.trust_proxies.empty() || o.public_url.empty()) return {};
    return fail(errc::usage, "--public-url and --trust-proxy both say which URL clients use; leave one of them out");
}

result<void> bound_what_is_kept(const serve_options& o, mock::embedded_options& out, mock::issuer_request& issuer) {
    const auto memory = memory_of(o.memory);
    if (!memory) return fail(memory.error());
    out.memory = *memory;
    const auto kept = journal_of(o.journal);
    if (!kept) return fail(kept.error());
    issuer.journal_entries = *kept;
    return {};
}

result<void> shape_tokens(const serve_options& o, mock::issuer_request& issuer) {
    for (const auto& one : o.resources) {
        if (auto good = mock::demand_resource(one); !good) return good;
    }
    issuer.resources = o.resources;
    for (const auto& alg : o.signing_algs) {
        if (auto good = mock::demand_signing_alg(alg); !good) return good;
    }
    if (auto good = mock::demand_rsa_bits(o.rsa_bits); !good) return good;
    issuer.signing_algs = o.signing_algs;
    issuer.rsa_bits = o.rsa_bits;
    return {};
}

}  // namespace

result<mock::embedded_options> to_embedded(const serve_options& o) {
    mock::embedded_options out;
    if (auto ok = choose_by_address(o, out); !ok) return fail(ok.error());
    auto speaks = mock::load_dialect(o.dialect);
    if (!speaks) return fail(speaks.error());
    const auto how = mock::parse_sign_in(o.sign_in);
    if (!how) return fail(errc::usage, fmt::format("--sign-in '{}' must be page, auto or by_request", o.sign_in));
    mock::issuer_request issuer;
    issuer.dialect = (*speaks)->name;
    issuer.how = *how;
    issuer.any_user = o.any_user;
    issuer.isolated = o.isolated;
    issuer.clients = mock::demo_clients(**speaks);
    const auto demos = issuer.clients.size();
    for (const auto& text : o.clients) {
        auto c = parse_client(text, **speaks, o.signing_algs.empty() ? (*speaks)->signing_algs : o.signing_algs);
        if (!c) return fail(c.error());
        issuer.clients.push_back(std::move(*c));
    }
    if (auto ok = shape_tokens(o, issuer); !ok) return fail(ok.error());
    issuer.users = o.users;
    issuer.organizations = o.organizations;
    issuer.claims = o.claims;
    issuer.trusted_issuers = o.trusted_issuers;
    for (const auto& c : o.configured_clients) issuer.clients.push_back(c);
    if (auto ok = demand_once(issuer.clients, demos); !ok) return fail(ok.error());
    auto faults = o.configured_faults;
    for (const auto& text : o.faults) faults.emplace_back(text);
    issuer.faults = std::move(faults);
    out.threads = o.threads == 0 ? std::min(usable_cores(), threads_max) : o.threads;
    if (auto ok = expose_control(o, out); !ok) return fail(ok.error());
    out.allow_hosts = o.allow_hosts;
    if (!o.ca_file.empty()) {
        if (auto trusted = http::trust(o.ca_file, {}); !trusted)
            return fail(errc::usage, "--ca: " + trusted.error().message);
    }
    out.trusted_ca_file = o.ca_file;
    if (auto ok = choose_url(o, out); !ok) return fail(ok.error());
    out.seed = o.seed;
    if (auto ok = choose_store(o, out); !ok) return fail(ok.error());
    if (auto ok = bound_what_is_kept(o, out, issuer); !ok) return fail(ok.error());
    const auto log = log_of(o.log);
    if (!log) return fail(log.error());
    out.log = *log;
    out.default_issuer = std::move(issuer);
    return out;
}

}  // namespace assay::harness
