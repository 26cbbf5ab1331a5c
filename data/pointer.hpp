// JSON pointers. Thread-safe: a pure function.
#pragma once

#include <string>
#include <string_view>

namespace assay::json {

// The pointer of a member of what `pointer` points to ("" is the document): RFC 6901 §3.
[[nodiscard]] inline std::string pointer_below(std::string pointer, std::string_view name) {
    pointer += '/';
    for (const char c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

}  // namespace assay::json
