// What HTML and XML need escaped. Thread-safe: plain functions.
#pragma once

#include <string_view>

namespace assay {

// The entity that stands for the character in text and in attribute values; empty where it stands for itself.
[[nodiscard]] constexpr std::string_view markup_entity(char32_t character) {
    switch (character) {
        case U'&':
            return "&amp;";
        case U'<':
            return "&lt;";
        case U'>':
            return "&gt;";
        case U'"':
            return "&quot;";
        case U'\'':
            return "&#39;";
        default:
            return {};
    }
}

}  // namespace assay
