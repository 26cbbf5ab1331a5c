// application/x-www-form-urlencoded (RFC 6749 Appendix B): how parameters travel in queries and bodies.
// Names and values are UTF-8 bytes; order and repetitions are kept. Thread-safe: plain values.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/result.hpp"

namespace assay::oauth {

class form {
public:
    using field = std::pair<std::string, std::string>;

    form() = default;
    form(std::initializer_list<field> f) : fields(f) {}

    // First value, or nullptr when the name is absent.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    // First value, or empty. RFC 6749 §3.1: a parameter without a value is treated as omitted.
    [[nodiscard]] std::string_view value(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
    void set(std::string name, std::string value);
    void append(std::string name, std::string value);
    bool erase(std::string_view name);

    std::vector<field> fields;
};

// "a+b%2F" style: space as '+', everything but [A-Za-z0-9*-._] percent-encoded in upper-case hex.
[[nodiscard]] std::string form_encode(std::string_view bytes);
// Whether form_decode() returns the text as it is: ASCII without '+', '%' and NUL.
[[nodiscard]] bool decodes_to_itself(std::string_view text);
// Errors: malformed (a '%' without two hex digits; bytes that are not UTF-8; NUL).
[[nodiscard]] result<std::string> form_decode(std::string_view text);
[[nodiscard]] std::string format_form(const form& f);
// At most 1000 fields. Errors: malformed, limit.
[[nodiscard]] result<form> parse_form(std::string_view text);

}  // namespace assay::oauth
