// One connection of the generator: non-blocking, plain or TLS (OpenSSL), kept alive. It handles bytes, not HTTP.
// Not thread-safe: a connection belongs to one worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

#include "data/result.hpp"

struct ssl_ctx_st;
struct ssl_st;
struct ssl_session_st;

namespace assay::load {

// The address of the server, resolved once before the run.
struct address {
    std::string host;       // for Host and SNI
    std::string authority;  // host[:port]
    sockaddr_storage socket{};
    socklen_t socket_size = 0;
    bool tls = false;
    bool loopback = false;
};
// `origin` is "http://host:port". Errors: malformed, connect (unknown host).
[[nodiscard]] result<address> resolve(const std::string& origin);

// Trusted authorities, and the TLS session for later connections to resume (RFC 8446 §2.2), unless each is to be that
// of another client. One per worker.
class tls_client {
public:
    // Errors: tls (the CA file does not load).
    [[nodiscard]] static result<std::unique_ptr<tls_client>> make(const std::string& ca_file, bool resumes = true);
    ~tls_client();
    tls_client(const tls_client&) = delete;
    tls_client& operator=(const tls_client&) = delete;

private:
    friend class connection;
    tls_client() = default;
    ssl_ctx_st* context_ = nullptr;
    bool resumes_ = true;
    ssl_session_st* session_ = nullptr;
};

enum class io { done, want_read, want_write, closed };

class connection {
public:
    connection() = default;
    ~connection() { close(); }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    connection(connection&&) = delete;
    connection& operator=(connection&&) = delete;

    // Starts to connect. Errors: connect.
    [[nodiscard]] result<void> open(const address& to, tls_client* tls);
    // To call when the socket is ready: connected (with TLS: handshake done), or what it waits for.
    [[nodiscard]] io advance(const address& to);
    // The reason when advance() returned closed.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }
    // `at` is advanced by the number of bytes written.
    [[nodiscard]] io write(std::string_view bytes, std::size_t& at);
    // Reads up to `size` bytes; `got`: how many. closed: end of stream, or an error.
    [[nodiscard]] io read(char* into, std::size_t size, std::size_t& got);
    void close();

    [[nodiscard]] int file() const { return fd_; }
    [[nodiscard]] bool ready() const { return ready_; }
    // Whether the TLS session was resumed.
    [[nodiscard]] bool resumed() const;

private:
    [[nodiscard]] io shake(const address& to);
    int fd_ = -1;
    ssl_st* ssl_ = nullptr;
    tls_client* tls_ = nullptr;
    bool connected_ = false;
    bool ready_ = false;
    std::string trouble_;
};

}  // namespace assay::load
