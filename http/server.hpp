// An HTTP/1.1 server: per core one io_context, one acceptor (SO_REUSEPORT) and one thread, nothing shared. The
// handler is called from any of these threads; it must be thread-safe and must not block: waiting is a step of the
// plan. A request that does not parse gets an answer (400, 413, 414, 431) before the connection is closed; so does
// plain HTTP on a TLS port.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "data/result.hpp"
#include "http/authority.hpp"
#include "http/byte_pool.hpp"
#include "http/message.hpp"
#include "http/peers.hpp"

namespace assay::http {

// What a server accepts beyond RFC 9325, for faults of the mock.
struct tls_laxity {
    bool old_versions = false;  // TLS 1.0 and 1.1
    std::string ciphers{};      // for TLS 1.2, an OpenSSL cipher string added to the good ones: "eNULL"
    bool plain_http = false;    // also plain HTTP on the same port
};

struct server_options {
    std::string address = "127.0.0.1";  // as parse_listen_address() takes it
    std::uint16_t port = 0;             // 0 picks a free one; of a unix socket only in its origin
    unsigned threads = 1;
    std::size_t header_bytes_max = 32U << 10U;  // larger: 431
    std::size_t body_bytes_max = 1U << 20U;     // larger: 413
    std::size_t connections_max = 4096;
    // For bodies of requests and for answers; who finds it full gets 503. Servers may share one. nullptr: no limit.
    std::shared_ptr<byte_pool> in_progress{};
    std::chrono::milliseconds idle_timeout{30'000};
    std::optional<identity> tls{};  // TLS 1.2 or newer, with this certificate; nullopt: plain HTTP
    tls_laxity lax{};
    peers proxies{};  // their requests are from_proxy
};

using handler = std::function<plan(request)>;

class server {
public:
    // A unix socket is removed by stop(). Errors: environment (port in use: names the port and what to do), usage
    // (bad address), tls (the certificate).
    [[nodiscard]] static result<std::unique_ptr<server>> start(const server_options& options, handler handle);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    // "http://127.0.0.1:PORT" or "https://…", no trailing slash; "http://localhost:PORT" of a unix socket.
    [[nodiscard]] std::string origin() const;
    // The number of open connections on all threads.
    [[nodiscard]] std::size_t connections() const;
    // Stops accepting, gives requests in progress the time `drain`, then closes. Idempotent.
    void stop(std::chrono::milliseconds drain = std::chrono::milliseconds{1000});

private:
    server();
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace assay::http
