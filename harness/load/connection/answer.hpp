// An HTTP/1.1 answer read in place (RFC 9112 §6): as little as a load generator needs, without copying.
// Thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::load {

struct answer {
    int status = 0;
    std::string_view head;  // header lines, without the status line
    std::string_view body;
    std::string unchunked;  // where `body` points when the answer came in chunks
    bool keep = true;       // the connection may carry another request
};

// The value of the first header field of that name, or empty.
[[nodiscard]] std::string_view header_of(std::string_view head, std::string_view name);

enum class reading { more, done, bad };

constexpr std::size_t head_bytes_max = 64U << 10U;
constexpr std::size_t body_bytes_max = 8U << 20U;

// One answer at the front of `bytes`. done: `out` views into them and `used` is its length. more: call again with
// more bytes, but not before there are `used` of them. `closed`: no more will come. Interim answers (1xx) are passed
// over.
[[nodiscard]] reading read_answer(std::string_view bytes, bool closed, answer& out, std::size_t& used);

}  // namespace assay::load
