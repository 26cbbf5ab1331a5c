// Polar's token format: prefix, 37 characters of [A-Za-z0-9], 6 characters of checksum.
// The checksum is the CRC-32 of the random part alone in base 62 (0-9A-Za-z), padded with '0' on the left; it is for
// secret scanners, servers never verify it.
#pragma once

#include <string>
#include <string_view>

namespace assay::oauth {

// `random37`: exactly 37 characters of [A-Za-z0-9].
[[nodiscard]] std::string format_polar_token(std::string_view prefix, std::string_view random37);
// 37 characters drawn uniformly from [A-Za-z0-9] out of `entropy` (raw bytes); needs at most 64 bytes, throws
// nothing, returns fewer than 37 only when entropy ran out.
[[nodiscard]] std::string random37_from(std::string_view entropy);
// prefix, length and checksum agree.
[[nodiscard]] bool is_polar_token(std::string_view prefix, std::string_view token);

}  // namespace assay::oauth
