// What every page shares: the frame of the document, escaping, and a matching Content-Security-Policy (no inline
// script, no external asset, the one style sheet by its hash). Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace assay::mock::pages {

// For text and for attribute values in double quotes.
[[nodiscard]] std::string escape(std::string_view text);
[[nodiscard]] std::string code(std::string_view text);  // <code>escaped</code>
[[nodiscard]] std::string hidden(std::string_view name, std::string_view value);

// Browsers get a page; programs get JSON.
[[nodiscard]] bool wants_html(const http::request& r);

// A browser sent it: it says so (Fetch Metadata), or asks for a page.
[[nodiscard]] bool comes_from_browser(const http::request& r);

struct document {
    std::string title;          // of the window and of the only h1; plain text
    std::string body;           // HTML
    bool wide = false;          // wider than a form
    std::string script_path{};  // a script of the same origin; empty: none
};
[[nodiscard]] std::string render(const document& d);

// An HTML page, and what its Content-Security-Policy must allow in addition.
struct page {
    std::string html;
    std::string picture_origin{};  // "https://app.example"; empty: none
    std::string directives{};      // further ones: "frame-src https://app.example"; empty: none
};

// CSP Level 3. form-action is left out on purpose: browsers apply it to the redirect that follows the form, which
// goes to the client.
[[nodiscard]] std::string security_policy(bool framing_prevented, bool own_script = false);
[[nodiscard]] std::string security_policy(const page& p, bool framing_prevented);

// A page about the mock itself, not changed by dialects or faults: 200, no framing, no caching.
[[nodiscard]] http::response html(std::string text, bool own_script = false);

// Text about the mock itself, or a script of its pages.
[[nodiscard]] http::response plain(int status, std::string text, std::string type = "text/plain; charset=utf-8");
// 405, with the Allow that RFC 9110 §15.5.6 demands.
[[nodiscard]] http::response only_get(std::string text);
// 308: a page whose path ends in a slash, asked for without it.
[[nodiscard]] http::response moved(std::string location);

// A file of mock_server/pages/ that is embedded in the binary: "pages.css".
[[nodiscard]] std::string_view asset(std::string_view name);

}  // namespace assay::mock::pages
