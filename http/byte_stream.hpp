// A synchronous connection for protocols other than HTTP, over TCP or TLS, with a deadline for every step.
// Certificates are verified as the HTTP client does it. Not thread-safe: used by one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "data/result.hpp"

namespace assay::http {

struct byte_stream_address {
    std::string host;  // IPv6 in brackets
    std::string port;
    bool tls = false;
};

// The authorities that a server's certificate is verified with, loaded once for many streams. Thread-safe.
class byte_stream_trust;
// Errors: tls (the CA file does not load). `ca_file`: PEM trusted besides the system's authorities, or empty.
[[nodiscard]] result<std::shared_ptr<byte_stream_trust>> load_byte_stream_trust(const std::string& ca_file);

class byte_stream {
public:
    // Errors: usage (no such port), connect, tls, timeout. `trust` may be nullptr without TLS.
    [[nodiscard]] static result<std::unique_ptr<byte_stream>> open(const byte_stream_address& to,
                                                                   std::shared_ptr<byte_stream_trust> trust,
                                                                   std::chrono::milliseconds deadline);
    ~byte_stream();
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;

    // Still open without unread bytes, as far as the kernel knows. Over TLS unread bytes are its end (close_notify)
    // once a reply was read: session tickets (RFC 8446 §4.6.1) come before the first one.
    [[nodiscard]] bool usable();
    // All steps after this call must be done within `deadline`.
    void expire_in(std::chrono::milliseconds deadline);
    // Errors: connect, timeout; then the stream is of no more use.
    [[nodiscard]] result<void> write(std::string bytes);
    // Appends at least one more byte to received(). Errors: as write().
    [[nodiscard]] result<void> read_more();
    [[nodiscard]] std::string& received();

private:
    struct impl;
    explicit byte_stream(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

}  // namespace assay::http
