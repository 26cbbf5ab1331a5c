// Compression of bodies (RFC 1951, RFC 1952). Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::http {

// One gzip member. `repeat`: the bytes that many times, as consecutive members (RFC 1952 §2.2), for a body that
// decompresses to much more than its size.
[[nodiscard]] std::string gzip(std::string_view bytes, std::size_t repeat = 1);

}  // namespace assay::http
