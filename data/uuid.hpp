// UUIDs (RFC 9562) as bytes and as text. Thread-safe: plain functions.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace assay {

using uuid = std::array<unsigned char, 16>;

// Version 4, variant 10 (§5.4), of 16 random bytes; six of their bits are overwritten. Fewer bytes count as zeros
// at the end, more are ignored.
[[nodiscard]] uuid random_uuid(std::string_view bytes);
// §4: 8-4-4-4-12 digits, in lower case.
[[nodiscard]] std::string to_text(const uuid& id);
// Digits of either case (§4).
[[nodiscard]] bool is_uuid(std::string_view text);

}  // namespace assay
