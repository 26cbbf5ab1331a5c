// Polar's token format: prefix, 37 characters of [A-Za-z0-9], 6 characters of checksum. The checksum is the CRC-32 of
// the random part alone in base 62 (0-9A-Za-z), padded with '0' on the left. It is for secret scanners; servers never
// check it. Thread-safe: plain functions.
#pragma once

#include <string>
#include <string_view>

namespace assay::oauth {

// `random37`: exactly 37 characters of [A-Za-z0-9].
[[nodiscard]] std::string format_polar_token(std::string_view prefix, std::string_view random37);
// 37 characters chosen uniformly from [A-Za-z0-9] by `entropy` (raw bytes); 64 bytes are enough in practice. Returns
// fewer than 37 only when entropy runs out.
[[nodiscard]] std::string random37_from(std::string_view entropy);
// True when prefix, length and checksum are right.
[[nodiscard]] bool is_polar_token(std::string_view prefix, std::string_view token);

}  // namespace assay::oauth
