// The few primitives that are not JOSE: digests, HMAC, random bytes, constant-time comparison, CRC-32. Input and
// output are raw bytes. Thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::oauth {

[[nodiscard]] std::string sha256(std::string_view bytes);                             // 32 raw bytes
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 raw bytes
[[nodiscard]] std::string random_bytes(std::size_t count);
// The time depends on the two lengths only.
[[nodiscard]] bool equal_constant_time(std::string_view a, std::string_view b);
[[nodiscard]] std::uint32_t crc32(std::string_view bytes);  // IEEE 802.3, as zlib
[[nodiscard]] std::string sha384(std::string_view bytes);   // 48 raw bytes
[[nodiscard]] std::string sha512(std::string_view bytes);   // 64 raw bytes

}  // namespace assay::oauth
