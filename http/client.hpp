// A synchronous HTTP/1.1 client for engine steps and our own relying party: straight-line code over a private event
// loop, keep-alive per origin, a deadline on every exchange. TLS verifies by default. Redirects are never followed:
// the caller is the browser. Not thread-safe: one client per check.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "http/message.hpp"

namespace assay::http {

// What a server must show of itself (RFC 9110 §4.3.4). All of it: anything less is for a careless client that a check
// must catch.
struct server_proof {
    bool chain = true;   // an authority that is trusted vouches for the certificate
    bool name = true;    // it is for the host of the URL
    bool expiry = true;  // it is valid now
};

struct client_options {
    std::chrono::milliseconds deadline{10'000};
    std::size_t header_bytes_max = 64U << 10U;
    std::size_t body_bytes_max = 8U << 20U;
    // How many requests may still be sent, by all clients that share it; nullptr: any number. One beyond it is not
    // sent: environment.
    std::shared_ptr<std::atomic<std::int64_t>> requests_left{};
    std::string ca_file{};  // PEM added to the system's trust; empty: the system's alone
    server_proof wanted{};
};

// A request and where it goes. `origin` is "http://host:port" or "https://host"; request.target is the rest.
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

    // Adds Host, Content-Length and Connection where missing. A kept-alive connection that turns out closed before
    // any byte of the answer is retried once on a new one, only for GET and HEAD. Errors: connect, tls, timeout,
    // limit, malformed.
    [[nodiscard]] result<exchange> send(call c);
    // Connects one connection per call first, then writes all of them together; answers in the order of the calls.
    [[nodiscard]] std::vector<result<exchange>> send_together(std::vector<call> calls);
    // Sends the bytes as they are on a new connection and returns every byte until the peer closes or `quiet` passes
    // without one.
    [[nodiscard]] result<std::string> raw(const std::string& origin, std::string_view bytes,
                                          std::chrono::milliseconds quiet = std::chrono::milliseconds{500});

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace assay::http
