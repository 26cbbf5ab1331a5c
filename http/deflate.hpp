// Compression of what is sent (RFC 1951, RFC 1952). Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::http {

// One gzip member. `repeat`: the bytes that many times over, as members one after another (RFC 1952 §2.2), so that
// little becomes much.
[[nodiscard]] std::string gzip(std::string_view bytes, std::size_t repeat = 1);

}  // namespace assay::http
