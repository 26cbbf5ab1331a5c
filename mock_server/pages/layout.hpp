// What every page shares: the document round its content, escaping, and the Content-Security-Policy that fits it: no
// inline script, no external asset, and the one style sheet by its hash. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace assay::mock::pages {

// For text and for attribute values in double quotes.
[[nodiscard]] std::string escape(std::string_view text);
[[nodiscard]] std::string code(std::string_view text);  // <code>escaped</code>
[[nodiscard]] std::string hidden(std::string_view name, std::string_view value);

// A person's browser asks for a page; programs get JSON.
[[nodiscard]] bool wants_html(const http::request& r);

struct document {
    std::string title;          // of the window and of the one h1; plain text
    std::string body;           // HTML
    bool wide = false;          // more than one form
    std::string script_path{};  // a script of our own origin; empty: none
};
[[nodiscard]] std::string render(const document& d);

// A page as HTML, and what its Content-Security-Policy has to allow beside what every page may.
struct page {
    std::string html;
    std::string picture_origin{};  // "https://app.example"; empty: none
    std::string directives{};      // further ones: "frame-src https://app.example"; empty: none
};

// CSP Level 3. form-action is left out on purpose: browsers apply it to the redirect that follows the form, which
// goes to the client.
[[nodiscard]] std::string security_policy(bool framing_prevented, bool own_script = false);
[[nodiscard]] std::string security_policy(const page& p, bool framing_prevented);

// A page about the mock itself, which no dialect and no fault touches: 200, never framed, never cached.
[[nodiscard]] http::response html(std::string text, bool own_script = false);

// The file the binary carries under mock_server/pages/: "pages.css".
[[nodiscard]] std::string_view asset(std::string_view name);

}  // namespace assay::mock::pages
