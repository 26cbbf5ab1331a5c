// Content-Type without its parameters. Thread-safe: a plain function.
#pragma once

#include <string>
#include <string_view>

#include "data/text.hpp"
#include "http/message.hpp"

namespace assay::http {

// The media type of a message without its parameters, in lower case (RFC 9110 §8.3.1); empty where it names none.
[[nodiscard]] inline std::string media_type(const headers& h) {
    const std::string_view field = h.value("content-type");
    return lowered(trimmed(field.substr(0, field.find(';'))));
}

}  // namespace assay::http
