// An HTTP/1.1 server: one io_context, one acceptor (SO_REUSEPORT) and one thread per core, nothing shared.
// The handler is called from any of these threads and must be thread-safe; it never blocks: waiting is a step of the
// plan. A request that does not parse is answered (400, 414, 431, 413), never just closed; so is plain HTTP on a port
// that speaks TLS.
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
#include "http/message.hpp"

namespace assay::http {

// What a server takes beside what RFC 9325 allows: for a mock that is to be found out.
struct tls_laxity {
    bool old_versions = false;  // TLS 1.0 and 1.1
    std::string ciphers{};      // of TLS 1.2, in OpenSSL's words, beside the good ones: "eNULL"
    bool plain_http = false;    // plain HTTP on the same port
};

struct server_options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0 picks a free one
    unsigned threads = 1;
    std::size_t header_bytes_max = 32U << 10U;  // 431 above
    std::size_t body_bytes_max = 1U << 20U;     // 413 above
    std::size_t connections_max = 4096;
    std::chrono::milliseconds idle_timeout{30'000};
    std::optional<identity> tls{};  // TLS 1.2 or newer, with this certificate; nullopt: plain HTTP
    tls_laxity lax{};
};

using handler = std::function<plan(request)>;

class server {
public:
    // Errors: environment (port in use: names the port and what to do), usage (bad address), tls (the certificate).
    [[nodiscard]] static result<std::unique_ptr<server>> start(const server_options& options, handler handle);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    // "http://127.0.0.1:PORT" or "https://…", no trailing slash.
    [[nodiscard]] std::string origin() const;
    // Open now, over all threads.
    [[nodiscard]] std::size_t connections() const;
    // Stops accepting, lets requests in progress end for `drain`, then closes. Idempotent.
    void stop(std::chrono::milliseconds drain = std::chrono::milliseconds{1000});

private:
    server();
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace assay::http
