// One connection of the client: plain or TLS, with a deadline for every wait. Not thread-safe: used from the client's
// thread, by coroutines on the client's private event loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ssl/stream.hpp>

#include "data/result.hpp"
#include "http/asio.hpp"
#include "http/client.hpp"

namespace assay::http {

using time_point = std::chrono::steady_clock::time_point;

struct destination {
    std::string origin;  // as given by the caller
    std::string host;    // without brackets
    std::string port;
    std::uint16_t port_number = 0;
    std::string authority;  // value of the Host field
    bool tls = false;
};
// Errors: usage (not an http or https origin).
[[nodiscard]] result<destination> destination_of(const std::string& origin);

struct outcome {
    result<response> answer = response{};
    std::chrono::microseconds time{};
    bool reusable = false;
    bool unanswered = false;  // the connection ended before the first byte of the response
};

class channel : public std::enable_shared_from_this<channel> {
public:
    channel(asio::io_context& loop, destination to, asio::ssl::context* trust, bool named = true);

    // Sets the deadline: waits that end after `at` fail, and `expired` is true. time_point::max(): no deadline.
    void expire_at(time_point at);
    [[nodiscard]] bool expired() const { return expired_; }
    // Whether it is still open without unread bytes, as far as the kernel knows. `over_tls`: what unread bytes are
    // there.
    enum class unread { may_be_a_ticket, ends_it };
    [[nodiscard]] bool usable(unread over_tls = unread::may_be_a_ticket);
    // nullptr without TLS.
    [[nodiscard]] SSL* tls() { return secure_ ? secure_->native_handle() : nullptr; }

    // Errors: connect, tls, timeout; usage (may_connect allows no address).
    [[nodiscard]] task<result<void>> open();
    [[nodiscard]] task<error_code> write(std::string bytes);
    // Reads more bytes into `buffer`.
    [[nodiscard]] task<error_code> read_more();
    [[nodiscard]] task<outcome> exchange(std::string bytes, bool head_only, client_options limits);
    [[nodiscard]] error explain(error_code ec) const;

    std::string buffer;
    std::function<bool(std::string_view host, std::string_view address)> may_connect{};  // as in client_options
    error_code greeting{};  // result of the TLS handshake
    const destination to;

private:
    [[nodiscard]] task<std::vector<tcp::endpoint>> addresses(error_code& ec);
    [[nodiscard]] task<result<void>> handshake();
    [[nodiscard]] task<result<response>> read_answer(bool head_only, client_options limits, outcome& o);

    tcp_socket socket_;
    std::optional<asio::ssl::stream<tcp_socket&>> secure_;
    timer deadline_;
    bool expired_ = false;
    bool named_ = true;  // the certificate must match the host
};

}  // namespace assay::http
