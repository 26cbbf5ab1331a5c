// The next request of a browser: from a link, a redirect or a form. Thread-safe: plain values and pure functions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/browser/html_form.hpp"
#include "http/message.hpp"

namespace assay::harness {

struct navigation {
    std::string method = "GET";
    std::string url;  // absolute
    std::string body{};
    std::string from{};  // the page of the form, or the redirecting URL; empty: typed address
};

// Whether a browser redirects automatically: 301, 302, 303, 307 or 308 with a Location.
[[nodiscard]] bool redirects(const http::response& r);
// RFC 9110 §15.4: after 303, and after 301 and 302 to a POST, the method becomes GET.
[[nodiscard]] navigation redirected(navigation n, int status, std::string to);
// Submits the filled form of `page`.
[[nodiscard]] navigation submitted(const html_form& f, const std::string& page);
// Accept, Referer, and for a form Origin and Content-Type, as a browser sends them.
[[nodiscard]] http::headers head_of(const navigation& n);
// The forms of an answer; none when it is not HTML.
[[nodiscard]] std::vector<html_form> forms_of(const http::response& r, const std::string& url);
// The form with which a page posts the authorization response to the client (OAuth 2.0 Form Post Response Mode §2);
// nullopt: there is none.
[[nodiscard]] std::optional<html_form> form_posted_to(const http::response& page, const std::string& url,
                                                      const std::function<bool(std::string_view)>& is_clients);

}  // namespace assay::harness
