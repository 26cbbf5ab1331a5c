// The forms of an HTML page with their controls. Parsed by libxml2, which accepts any bytes. Thread-safe: plain
// values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oauth/form.hpp"

namespace assay::harness {

// radio, option: one of the same name at a time. checkbox: also the options of a <select multiple>.
enum class control_kind { text, password, hidden, checkbox, radio, option, button };

struct control {
    control_kind kind = control_kind::text;
    std::string name;      // may be empty: then it is never sent
    std::string value;     // for text: the content
    std::string label;     // the text beside it or on it
    bool on = false;       // checked, selected; of a button: pressed
    std::string id{};      // for a user who names it so; never sent
    std::string action{};  // for a button with formaction: absolute URL, else empty
};

struct html_form {
    std::string action;  // absolute
    std::string method;  // "GET" or "POST"
    std::vector<control> controls;

    // Selects one radio or option and deselects the others of its name.
    void choose(std::size_t at);
    // What a browser would send now (HTML 4.10.22.4), in document order.
    [[nodiscard]] oauth::form entries() const;
};

// At most 32 forms and 2000 controls per page; the rest is left out, and so is a form with an invalid action. `page`
// is the URL of the page, `charset` that of the Content-Type, or empty.
[[nodiscard]] std::vector<html_form> parse_forms(std::string_view html, const std::string& page,
                                                 const std::string& charset = {});

// The visible text of the page with collapsed white space, shortened, for messages. Empty when it is not HTML.
[[nodiscard]] std::string visible_text(std::string_view html);

}  // namespace assay::harness
