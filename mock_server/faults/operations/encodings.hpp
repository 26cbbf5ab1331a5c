// Rare encodings of the same text. Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace assay::mock {

// A JSON string in which every ASCII character is a \u escape (RFC 8259 §7).
[[nodiscard]] std::string escaped_json(std::string_view text);
// UTF-8 to "iso-8859-1" ('?' for missing characters), "utf-16" or "utf-32" (big endian with a BOM).
[[nodiscard]] std::string in_charset(std::string_view utf8, std::string_view charset);
// A brotli stream of uncompressed meta-blocks (RFC 7932 §9.2).
[[nodiscard]] std::string stored_brotli(std::string_view bytes);
// Chunked transfer coding (RFC 9112 §7.1), with chunk extensions and a trailer if `extensions`.
[[nodiscard]] std::string in_chunks(std::string_view bytes, bool extensions);

}  // namespace assay::mock
