#include "harness/load/connection/connection.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include "http/tls.hpp"
#include "http/url.hpp"

namespace assay::load {
namespace {

std::string reason(int number) {
    return std::system_category().message(number);
}

std::string tls_trouble(SSL* ssl) {
    if (std::string why = http::certificate_problem(ssl); !why.empty()) return why + "; add its CA with --ca FILE";
    const unsigned long code = ERR_get_error();
    const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
    return fmt::format("the TLS handshake failed: {}", text == nullptr ? "the peer hung up" : text);
}

}  // namespace

result<address> resolve(const std::string& origin) {
    auto url = http::parse_url(origin);
    if (!url) return fail(url.error());
    if (url->scheme != "http" && url->scheme != "https") {
        return fail(errc::malformed, fmt::format("{} is neither http nor https", origin));
    }
    address out;
    out.tls = url->scheme == "https";
    out.loopback = url->is_loopback();
    out.authority = url->port.empty() ? url->host : url->host + ":" + url->port;
    out.host = url->host.starts_with('[') ? url->host.substr(1, url->host.size() - 2) : url->host;
    const std::string port = !url->port.empty() ? url->port : out.tls ? "443" : "80";
    addrinfo want{};
    want.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int bad = getaddrinfo(out.host.c_str(), port.c_str(), &want, &found);
    if (bad != 0 || found == nullptr) {
        return fail(errc::connect, fmt::format("{}: {}", out.host, gai_strerror(bad)));
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
    // For a name of this machine IPv4 is tried first: test servers usually listen there.
    const addrinfo* best = found;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        if (one->ai_family == AF_INET && best->ai_family != AF_INET) best = one;
    }
    std::memcpy(&out.socket, best->ai_addr, best->ai_addrlen);
    out.socket_size = best->ai_addrlen;
    return out;
}

result<std::unique_ptr<tls_client>> tls_client::make(const std::string& ca_file, bool resumes) {
    std::unique_ptr<tls_client> out(new tls_client);
    out->resumes_ = resumes;
    out->context_ = SSL_CTX_new(TLS_client_method());
    if (out->context_ == nullptr) return fail(errc::tls, "OpenSSL gives no TLS context");
    SSL_CTX_set_verify(out->context_, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_min_proto_version(out->context_, TLS1_2_VERSION);
    SSL_CTX_set_mode(out->context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_default_verify_paths(out->context_);
    if (!ca_file.empty() && SSL_CTX_load_verify_locations(out->context_, ca_file.c_str(), nullptr) != 1) {
        return fail(errc::usage, fmt::format("{} holds no CA certificate in PEM", ca_file));
    }
    return out;
}

tls_client::~tls_client() {
    SSL_SESSION_free(session_);
    SSL_CTX_free(context_);
}

result<void> connection::open(const address& to, tls_client* tls) {
    close();
    trouble_.clear();
    fd_ = socket(to.socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) {
        return fail(errc::connect,
                    fmt::format("no more sockets ({}); raise `ulimit -n` or lower `connections`", reason(errno)));
    }
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    tls_ = to.tls ? tls : nullptr;
    const int bad = connect(fd_, reinterpret_cast<const sockaddr*>(&to.socket), to.socket_size);
    if (bad != 0 && errno != EINPROGRESS) {
        const int why = errno;
        close();
        return fail(errc::connect, fmt::format("{}: {}", to.authority, reason(why)));
    }
    return {};
}

io connection::advance(const address& to) {
    if (!connected_) {
        int why = 0;
        socklen_t size = sizeof why;
        getsockopt(fd_, SOL_SOCKET, SO_ERROR, &why, &size);
        if (why != 0) {
            trouble_ = fmt::format("{}: {}", to.authority, reason(why));
            return io::closed;
        }
        sockaddr_storage peer{};
        socklen_t peer_size = sizeof peer;
        if (getpeername(fd_, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) return io::want_write;
        connected_ = true;
    }
    if (tls_ != nullptr && !ready_) return shake(to);
    ready_ = true;
    return io::done;
}

io connection::shake(const address& to) {
    if (ssl_ == nullptr) {
        ssl_ = SSL_new(tls_->context_);
        if (ssl_ == nullptr || SSL_set_fd(ssl_, fd_) != 1 || !http::expect_name(ssl_, to.host)) {
            trouble_ = "OpenSSL gives no TLS connection";
            return io::closed;
        }
        if (tls_->session_ != nullptr) SSL_set_session(ssl_, tls_->session_);
    }
    ERR_clear_error();
    const int did = SSL_connect(ssl_);
    if (did == 1) {
        ready_ = true;
        return io::done;
    }
    const int why = SSL_get_error(ssl_, did);
    if (why == SSL_ERROR_WANT_READ) return io::want_read;
    if (why == SSL_ERROR_WANT_WRITE) return io::want_write;
    trouble_ = fmt::format("{}: {}", to.authority, tls_trouble(ssl_));
    return io::closed;
}

bool connection::resumed() const {
    return ssl_ != nullptr && SSL_session_reused(ssl_) == 1;
}

io connection::write(std::string_view bytes, std::size_t& at) {
    while (at < bytes.size()) {
        const std::string_view rest = bytes.substr(at);
        if (ssl_ != nullptr) {
            ERR_clear_error();
            const int wrote = SSL_write(ssl_, rest.data(), static_cast<int>(rest.size()));
            if (wrote > 0) {
                at += static_cast<std::size_t>(wrote);
                continue;
            }
            const int why = SSL_get_error(ssl_, wrote);
            if (why == SSL_ERROR_WANT_READ) return io::want_read;
            return why == SSL_ERROR_WANT_WRITE ? io::want_write : io::closed;
        }
        const ssize_t wrote = send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (wrote < 0 && (errno == EAGAIN || errno == EINTR)) return io::want_write;
        if (wrote <= 0) return io::closed;
        at += static_cast<std::size_t>(wrote);
    }
    return io::done;
}

io connection::read(char* into, std::size_t size, std::size_t& got) {
    got = 0;
    if (ssl_ != nullptr) {
        ERR_clear_error();
        const int n = SSL_read(ssl_, into, static_cast<int>(size));
        if (n > 0) {
            got = static_cast<std::size_t>(n);
            return io::done;
        }
        const int why = SSL_get_error(ssl_, n);
        if (why == SSL_ERROR_WANT_READ) return io::want_read;
        return why == SSL_ERROR_WANT_WRITE ? io::want_write : io::closed;
    }
    const ssize_t n = recv(fd_, into, size, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return io::want_read;
    if (n <= 0) return io::closed;
    got = static_cast<std::size_t>(n);
    return io::done;
}

void connection::close() {
    if (ssl_ != nullptr) {
        // With TLS 1.3 the ticket comes after the handshake, so the session is saved this late.
        if (ready_ && tls_ != nullptr) {
            if (SSL_SESSION* fresh = tls_->resumes_ ? SSL_get1_session(ssl_) : nullptr; fresh != nullptr) {
                SSL_SESSION_free(tls_->session_);
                tls_->session_ = fresh;
            }
            SSL_set_quiet_shutdown(ssl_, 1);
            SSL_shutdown(ssl_);
        }
        SSL_free(ssl_);
    }
    if (fd_ >= 0) ::close(fd_);
    ssl_ = nullptr;
    fd_ = -1;
    connected_ = false;
    ready_ = false;
}

}  // namespace assay::load
