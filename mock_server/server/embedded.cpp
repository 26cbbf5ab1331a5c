#include "mock_server/server/embedded.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "http/listen_address.hpp"
#include "mock_server/control/control.hpp"
#include "mock_server/redis/redis_backing.hpp"
#include "mock_server/routing/behind_proxy.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

http::response not_yet() {
    http::response r;
    r.status = 503;
    r.head.set("Retry-After", "1");
    r.head.set("Content-Type", "text/plain; charset=utf-8");
    r.body = "This server is starting; try again.\n";
    return r;
}

// One call per line, so that threads do not mix their lines.
auto lines_on_stderr(log_format how) {
    return [how](std::string_view issuer_name, const journal_entry& e) {
        const auto line = format_log_line(how, log_now(), issuer_name, e);
        std::fwrite(line.data(), 1, line.size(), stderr);
    };
}

// Ports of single issuers: beside a proxy, and never a unix socket.
port_opener opener_of(mock& core, http::server_options like) {
    like.proxies = {};
    like.port = 0;
    like.threads = 1;
    const auto at = http::parse_listen_address(like.address);
    if (at && !at->socket.empty()) like.address = "127.0.0.1";
    return [&core, like](const listener_kind& kind) -> result<own_port> {
        http::server_options another = like;
        another.tls = kind.tls;
        another.lax = kind.lax;
        auto open = http::server::start(another, [&core](http::request r) { return core.handle(std::move(r)); });
        if (!open) return fail(open.error());
        const std::string url = (*open)->origin();
        // Closing does not wait for its connections.
        return own_port{url, std::shared_ptr<http::server>(open->release(), [](http::server* s) {
                            s->stop(std::chrono::milliseconds{0});
                            delete s;  // NOLINT(cppcoreguidelines-owning-memory): it was released above
                        })};
    };
}

}  // namespace

result<std::unique_ptr<embedded>> embedded::start(embedded_options options) {
    auto out = std::unique_ptr<embedded>(new embedded(options.seed, options.memory));
    mock& core = out->core_;
    core.inspector = options.inspector;
    core.serves_fault_issuers = options.fault_issuers;
    core.issuers_on_demand = options.issuers_on_demand;
    core.exposed = options.exposed;
    core.dropped_log_lines = std::move(options.dropped_log_lines);
    core.allow_hosts(std::move(options.allow_hosts), options.trusted_ca_file);
    if (options.log != log_format::off) core.seen->log = lines_on_stderr(options.log);
    http::server_options listen;
    listen.address = options.address;
    listen.port = options.port;
    listen.threads = options.threads;
    listen.tls = options.tls;
    listen.in_progress = core.in_progress;
    listen.proxies = options.proxies;
    const std::string_view scheme = options.tls ? "https" : "http";
    auto server = http::server::start(listen, [&core, &complete = out->complete_, scheme](http::request r) {
        if (!complete.load(std::memory_order_acquire)) return http::reply(not_yet());
        return r.from_proxy && is_forwarded(r) ? answer_through_proxy(core, std::move(r), scheme)
                                               : core.handle(std::move(r));
    });
    if (!server) return fail(server.error());
    out->server_ = std::move(*server);
    core.set_opener(opener_of(core, std::move(listen)), options.tls, options.ca);
    core.set_origin(options.public_url.empty() ? out->server_->origin() : options.public_url);
    core.open_connections = [listener = out->server_.get()] { return listener->connections(); };
    if (options.store) {
        auto store = redis::open_backing(*options.store, options.trusted_ca_file);
        if (!store) return fail(store.error());
        core.kept_in = std::move(*store);
    }
    if (options.default_issuer) {
        auto made = core.create_default(std::move(*options.default_issuer));
        if (!made) return fail(made.error());
    }
    for (auto& one : options.issuers) {
        if (auto made = core.create(std::move(one)); !made) return fail(made.error());
    }
    if (options.control) {
        if (auto open = out->open_control(options); !open) return fail(open.error());
    }
    out->complete_.store(true, std::memory_order_release);
    return out;
}

result<void> embedded::open_control(const embedded_options& options) {
    mock& core = core_;
    http::server_options control;
    control.address = options.control_address;
    control.port = options.control_port;
    control.body_bytes_max = 4U << 20U;
    control.in_progress = std::make_shared<http::byte_pool>(core.in_progress->most());  // strangers do not fill it
    auto second = http::server::start(control, [&core, token = options.control_token](const http::request& r) {
        return handle_control(core, r, token);
    });
    if (!second) return fail(second.error());
    control_ = std::move(*second);
    return {};
}

// The handlers of all ports use the core, so close them first.
embedded::~embedded() {
    core_.close_ports();
}

void embedded::stop() {
    if (server_) server_->stop();
    if (control_) control_->stop();
}

std::vector<client> demo_clients(const dialect& speaks) {
    std::vector<client> out;
    for (const auto& [id, method] : {std::pair{"demo-web", "client_secret_basic"},
                                     {"demo-post", "client_secret_post"},
                                     {"demo-spa", "none"},
                                     {"demo-second", "client_secret_basic"}}) {
        client c;
        c.client_id = id;
        c.client_name = id;
        const auto& offered = speaks.client_auth_methods;
        const bool can = std::find(offered.begin(), offered.end(), method) != offered.end();
        c.token_endpoint_auth_method = can || offered.empty() ? method : offered.front();
        if (!c.is_public()) c.client_secret = c.client_id + "-secret";
        c.redirect_uris = {"http://localhost:8765/callback", "http://localhost:8765/other"};
        c.scope = oauth::format_scope(speaks.scopes_supported);
        c.grant_types = default_grant_types(speaks, c.is_public());
        c.any_loopback_redirect_uri = true;
        out.push_back(std::move(c));
    }
    return out;
}

}  // namespace assay::mock
