#include "http/server.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "http/listen_address.hpp"
#include "http/session.hpp"
#include "http/tls.hpp"
#include "http/unix_socket.hpp"

namespace assay::http {
namespace {

// SO_REUSEPORT as an option for Asio, which does not have it.
struct reuse_port {
    int on = 1;
    template <class Protocol>
    [[nodiscard]] int level(const Protocol&) const {
        return SOL_SOCKET;
    }
    template <class Protocol>
    [[nodiscard]] int name(const Protocol&) const {
        return SO_REUSEPORT;
    }
    template <class Protocol>
    [[nodiscard]] const int* data(const Protocol&) const {
        return &on;
    }
    template <class Protocol>
    [[nodiscard]] std::size_t size(const Protocol&) const {
        return sizeof on;
    }
};

error cannot_listen(const server_options& o, error_code ec) {
    if (ec == asio::error::address_in_use)
        return {errc::environment, fmt::format("port {} on {} is in use; choose another with --port or use --port 0",
                                               o.port, o.address)};
    if (ec == asio::error::access_denied)
        return {errc::environment, fmt::format("port {} on {} is reserved for the system; choose one above 1023 with "
                                               "--port or use --port 0",
                                               o.port, o.address)};
    if (ec == asio::error::no_descriptors)
        return {errc::environment, "this process has no file descriptors left; allow more of them (ulimit -Hn)"};
    return {errc::environment, fmt::format("cannot listen on {} port {}: {}; choose an address of this machine",
                                           o.address, o.port, ec.message())};
}

error_code listen_on(tcp_acceptor& a, const tcp::endpoint& at, bool shared) {
    error_code ec;
    a.open(at.protocol(), ec);
    if (!ec) a.set_option(asio::socket_base::reuse_address(true), ec);
    // "::" is every address of this machine, whatever net.ipv6.bindv6only says.
    if (!ec && at.address().is_v6()) a.set_option(asio::ip::v6_only(!at.address().is_unspecified()), ec);
    if (!ec && shared) a.set_option(reuse_port{}, ec);
    if (!ec) a.bind(at, ec);
    if (!ec) a.listen(asio::socket_base::max_listen_connections, ec);
    return ec;
}

// Leaves some of the process's file descriptors for other uses.
std::size_t connections_within(std::size_t wanted) {
    constexpr rlim_t others = 64;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted + others) return wanted;
    return std::max<std::size_t>(files.rlim_cur / 2, files.rlim_cur - std::min(files.rlim_cur, others));
}

// With SO_REUSEPORT the kernel lets another program of the same user share our port and get half of the connections.
// So this checks with a listener without that option whether the port is free.
error_code probe(const tcp::endpoint& at) {
    asio::io_context loop;
    tcp_acceptor a(loop);
    return listen_on(a, at, false);
}

// Each shard accepts from the same socket. Asio's sockets of TCP read and write whatever descriptor they are given:
// what TCP alone has fails on a unix socket and does no harm there.
error_code listen_on(tcp_acceptor& a, const unix_socket& file) {
    error_code ec;
    const int own = file.duplicate();
    if (own < 0) return asio::error::no_descriptors;
    a.assign(tcp::v4(), own, ec);
    return ec;
}

std::string origin_of(const listen_address& where, std::uint16_t port, bool tls) {
    std::string host = where.host;
    if (!where.socket.empty()) host = "localhost";
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (where.v6) host = host == "::" ? "[::1]" : "[" + host + "]";
    // Nobody connects to the port of a unix socket: it is only in URLs.
    return fmt::format("{}://{}{}", tls ? "https" : "http", host, port == 0 ? "" : fmt::format(":{}", port));
}

// An event loop needs file descriptors; its constructor throws if there are none.
error_code add_shard(std::vector<std::unique_ptr<shard>>& all, site& shared) {
    try {
        all.push_back(std::make_unique<shard>(shared));
        return {};
    } catch (const boost::system::system_error& e) {
        return e.code();
    }
}

}  // namespace

struct server::impl {
    site shared;
    std::vector<std::unique_ptr<shard>> shards;
    std::vector<std::thread> threads;
    std::uint16_t port = 0;
    std::string origin;
    std::optional<unix_socket> file;
    std::mutex stopping;
    bool stopped = false;
};

server::server() : impl_(std::make_unique<impl>()) {}

server::~server() {
    stop();
}

result<std::unique_ptr<server>> server::start(const server_options& options, handler handle) {
    const auto where = parse_listen_address(options.address);
    if (!where) return fail(where.error());
    std::unique_ptr<server> made(new server);
    impl& i = *made->impl_;
    if (!where->socket.empty()) {
        auto file = unix_socket::listen(where->socket);
        if (!file) return fail(file.error());
        i.file.emplace(std::move(*file));
        i.shared.at_unix_socket = true;
    }
    tcp::endpoint at(i.file ? asio::ip::address() : asio::ip::make_address(where->host), options.port);
    if (!i.file && options.port != 0) {
        if (const error_code ec = probe(at)) return fail(cannot_listen(options, ec));
    }
    i.shared.options = options;
    i.shared.options.connections_max = connections_within(options.connections_max);
    i.shared.handle = std::move(handle);
    if (options.tls) {
        auto tls = present(*options.tls, options.lax);
        if (!tls) return fail(tls.error());
        i.shared.tls = std::move(*tls);
    }
    for (unsigned n = 0; n < std::max(1U, options.threads); ++n) {
        error_code ec = add_shard(i.shards, i.shared);
        if (ec) return fail(cannot_listen(options, ec));
        auto& s = *i.shards.back();
        ec = i.file ? listen_on(s.acceptor, *i.file) : listen_on(s.acceptor, at, true);
        if (!ec && !i.file) at.port(s.acceptor.local_endpoint(ec).port());
        if (ec) return fail(cannot_listen(options, ec));
    }
    i.port = at.port();
    i.origin = origin_of(*where, i.port, options.tls.has_value());
    for (auto& s : i.shards) {
        asio::co_spawn(s->loop.get_executor(), accept_connections(*s), [](const std::exception_ptr&) {});
        i.threads.emplace_back([loop = &s->loop] { loop->run(); });
    }
    return made;
}

std::uint16_t server::port() const {
    return impl_->port;
}

std::string server::origin() const {
    return impl_->origin;
}

std::size_t server::connections() const {
    const site& s = impl_->shared;
    return s.admitted.load(std::memory_order_relaxed) + s.turned_away.load(std::memory_order_relaxed);
}

void server::stop(std::chrono::milliseconds drain) {
    const std::lock_guard guard(impl_->stopping);
    if (std::exchange(impl_->stopped, true)) return;
    impl_->file.reset();
    for (auto& s : impl_->shards) asio::post(s->loop, [s = s.get(), drain] { s->drain(drain); });
    for (std::thread& t : impl_->threads) t.join();
}

}  // namespace assay::http
