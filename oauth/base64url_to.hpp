// base64url (RFC 4648 §5) decoded into a buffer that is there already, as strictly as base64url_decode() does it.
#pragma once

#include <cstddef>
#include <string_view>

namespace assay::oauth {

// The bytes that a text of `size` characters holds.
[[nodiscard]] constexpr std::size_t base64url_decoded_size(std::size_t size) {
    return size / 4 * 3 + (size % 4 == 0 ? 0 : size % 4 - 1);
}
// True when the text is base64url and base64url_decoded_size(text.size()) bytes were written to `out`. A refused text
// may have been written in part.
[[nodiscard]] bool base64url_decode_to(std::string_view text, char* out);

}  // namespace assay::oauth
