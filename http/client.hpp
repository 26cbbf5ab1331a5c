// A synchronous HTTP/1.1 client for engine steps and our own relying party, on a private event loop: keep-alive per
// origin, a deadline for every exchange. TLS certificates are verified by default. Redirects are never followed: that
// is up to the caller. Not thread-safe: one client per check.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "http/message.hpp"

namespace assay::http {

// What is verified about a server's certificate (RFC 9110 §4.3.4). Everything by default; less only for a careless
// client that a check must detect.
struct server_proof {
    bool chain = true;   // issued by a trusted authority
    bool name = true;    // matches the host of the URL
    bool expiry = true;  // valid now
};

struct client_options {
    std::chrono::milliseconds deadline{10'000};
    std::size_t header_bytes_max = 64U << 10U;
    std::size_t body_bytes_max = 8U << 20U;
    // The number of requests that may still be sent, shared by several clients; nullptr: unlimited. Beyond it send()
    // fails with errc::environment.
    std::shared_ptr<std::atomic<std::int64_t>> requests_left{};
    std::string ca_file{};  // PEM trusted besides the system's authorities; empty: only those
    server_proof wanted{};
    // Asked before each connection, after the name is resolved; nullptr: every address is allowed. If no address is,
    // send() fails with errc::usage.
    std::function<bool(std::string_view host, std::string_view address)> may_connect{};
};

// A request and its destination. `origin` is "http://host:port" or "https://host"; request.target is the rest.
struct call {
    std::string origin;
    request r;
};

struct exchange {
    call sent;
    response received;
    std::chrono::microseconds time{};
};

class client {
public:
    explicit client(client_options options = {});
    ~client();
    client(client&&) noexcept;
    client& operator=(client&&) noexcept;

    // Adds Host, Content-Length and Connection where missing. If a kept-alive connection turns out closed before any
    // byte of the response, GET and HEAD are retried once on a new one. Errors: connect, tls, timeout, limit,
    // malformed.
    [[nodiscard]] result<exchange> send(call c);
    // Opens one connection per call, then writes all requests together; responses are in the order of the calls.
    [[nodiscard]] std::vector<result<exchange>> send_together(std::vector<call> calls);
    // Sends the bytes unchanged on a new connection and returns all bytes until the peer closes or `quiet` passes
    // without one.
    [[nodiscard]] result<std::string> raw(const std::string& origin, std::string_view bytes,
                                          std::chrono::milliseconds quiet = std::chrono::milliseconds{500});

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

// For the end of the program: from now on every exchange of every client of this process ends within 100 ms, with an
// error. Async-signal-safe; there is no way back.
void abandon_exchanges();

}  // namespace assay::http
