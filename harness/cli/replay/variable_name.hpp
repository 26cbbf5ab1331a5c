// Names for the environment. Thread-safe: a plain function.
#pragma once

#include <string>
#include <string_view>

#include "data/text.hpp"

namespace assay::harness {

// A name for the environment: upper-case letters and digits of `text`, and '_' for everything else.
[[nodiscard]] inline std::string variable_name(std::string_view text) {
    std::string out = uppered(text);
    for (char& c : out) {
        const bool word = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word) c = '_';
    }
    return out;
}

}  // namespace assay::harness
