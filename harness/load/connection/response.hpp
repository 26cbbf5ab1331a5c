// Parses an HTTP/1.1 response in place (RFC 9112 §6): no more than a load generator needs, without copying.
// Thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::load {

struct response {
    int status = 0;
    std::string_view head;  // header lines, without the status line
    std::string_view body;
    std::string unchunked;  // the decoded chunked body, to which `body` points
    bool keep = true;       // the connection may carry another request
};

// The value of the first header field of that name, or empty.
[[nodiscard]] std::string_view header_of(std::string_view head, std::string_view name);

enum class reading { more, done, bad };

constexpr std::size_t head_bytes_max = 64U << 10U;
constexpr std::size_t body_bytes_max = 8U << 20U;

// Parses one response at the front of `bytes`. done: `out` has views into `bytes`, `used` is its length. more: call
// again with more bytes, at least `used` of them. `closed`: no more bytes will come. Interim responses (1xx) are
// skipped.
[[nodiscard]] reading read_response(std::string_view bytes, bool closed, response& out, std::size_t& used);

}  // namespace assay::load
