// The forms of an HTML page: what a person could fill in and press. Parsed by libxml2, which takes any bytes for a
// page. Thread-safe: plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oauth/form.hpp"

namespace assay::harness {

// radio, option: one of its name at a time. checkbox: also the options of a <select multiple>.
enum class control_kind { text, password, hidden, checkbox, radio, option, button };

struct control {
    control_kind kind = control_kind::text;
    std::string name;      // may be empty: then it is never sent
    std::string value;     // of text: what stands in it
    std::string label;     // what a person reads beside it or on it
    bool on = false;       // checked, selected; of a button: pressed
    std::string action{};  // of a button with formaction: absolute, else empty
};

struct html_form {
    std::string action;  // absolute
    std::string method;  // "GET" or "POST"
    std::vector<control> controls;

    // Turns one radio or option on and the others of its name off.
    void choose(std::size_t at);
    // What a browser would send now (HTML 4.10.22.4), in document order.
    [[nodiscard]] oauth::form entries() const;
};

// At most 32 forms and 2000 controls a page; what is beyond is left out. `page` is the URL of the page; a form whose
// action is no URL that resolves against it is left out. `charset` is that of the Content-Type, or empty.
[[nodiscard]] std::vector<html_form> parse_forms(std::string_view html, const std::string& page,
                                                 const std::string& charset = {});

// What a person reads on the page, blanks folded: the beginning of it, for messages. Empty for what is no page.
[[nodiscard]] std::string visible_text(std::string_view html);

}  // namespace assay::harness
