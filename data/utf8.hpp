// UTF-8 as RFC 3629 §4 allows it: no overlong forms, no surrogates, nothing above U+10FFFF. Thread-safe: plain
// functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace assay {

// Length in bytes of the sequence that starts at offset `at`; 0 when it is not valid UTF-8.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text, std::size_t at);
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace assay
