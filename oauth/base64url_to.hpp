// Decodes base64url (RFC 4648 §5) into a caller's buffer, as strictly as base64url_decode(). Thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

namespace assay::oauth {

// The number of bytes that a text of `size` characters decodes to.
[[nodiscard]] constexpr std::size_t base64url_decoded_size(std::size_t size) {
    return size / 4 * 3 + (size % 4 == 0 ? 0 : size % 4 - 1);
}
// True when the text is base64url and base64url_decoded_size(text.size()) bytes were written to `out`. After false,
// `out` may have been written in part.
[[nodiscard]] bool base64url_decode_to(std::string_view text, char* out);

}  // namespace assay::oauth
