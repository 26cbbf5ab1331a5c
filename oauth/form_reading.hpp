// A form that may have malformed fields (RFC 6749 Appendix B): the fields that decode, and those that do not.
// Thread-safe: plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oauth/form.hpp"

namespace assay::oauth {

// A field that does not decode.
struct bad_field {
    std::string name;  // decoded where possible, else as sent
    std::string why;   // the message of form_decode()
};
struct form_reading {
    form fields;                 // in their order
    std::vector<bad_field> bad;  // not in `fields` either, unless undecodable::kept
    bool too_many = false;       // there were more than 1000; the first 1000 are here
};
enum class undecodable { dropped, kept };
// Parses a form as a tolerant server does: one malformed field does not spoil the others. `kept`: an escape that
// does not decode stays as sent, and bytes that are not UTF-8 (or NUL) become U+FFFD, as in Python's urllib and
// Starlette.
[[nodiscard]] form_reading read_form(std::string_view text, undecodable how = undecodable::dropped);

}  // namespace assay::oauth
