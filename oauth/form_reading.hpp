// A form of which something may be broken (RFC 6749 Appendix B): what decodes, and what does not. Thread-safe: plain
// values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oauth/form.hpp"

namespace assay::oauth {

// A field that does not decode.
struct bad_field {
    std::string name;  // decoded where it can be, else as it came
    std::string why;   // what form_decode() says of it
};
struct form_reading {
    form fields;                 // in their order
    std::vector<bad_field> bad;  // not among `fields`, unless they were to be kept
    bool too_many = false;       // there were more than 1000; the first 1000 are here
};
enum class undecodable { dropped, kept };
// What a server makes of a form of which one field is broken: the others are as good as ever. `kept`: what does not
// decode stands as it came, and bytes that are not UTF-8 (or NUL) as U+FFFD, as Python's urllib and Starlette have
// it.
[[nodiscard]] form_reading read_form(std::string_view text, undecodable how = undecodable::dropped);

}  // namespace assay::oauth
