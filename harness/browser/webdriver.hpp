// A real browser controlled by WebDriver (W3C WebDriver 2, Chromium's driver), for sign-in pages that need
// JavaScript: opens pages, reads them, types and clicks. Not thread-safe: one session per user agent.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/browser/html_form.hpp"
#include "http/client.hpp"

namespace assay::harness {

class webdriver {
public:
    // `origin`: the URL of chromedriver, "http://127.0.0.1:PORT". Errors: environment (no session, with the driver's
    // message).
    [[nodiscard]] static result<std::unique_ptr<webdriver>> start(std::string origin);
    ~webdriver();  // ends the session and its browser
    webdriver(const webdriver&) = delete;
    webdriver& operator=(const webdriver&) = delete;

    // A page that cannot be loaded is not an error here: url() says where the browser is. Errors: environment.
    [[nodiscard]] result<void> open(const std::string& url);
    [[nodiscard]] result<std::string> url();
    // The page as changed by its scripts. The controls of a page without a form are put in a form of ours.
    [[nodiscard]] result<std::string> source();
    // Types and selects the values of the filled form, then presses its button (without one: submits the form).
    // False: the page has changed and no longer has such a form.
    [[nodiscard]] result<bool> submit(const html_form& filled);
    // A cookie of any site that the browser visited.
    struct kept_cookie {
        std::string host;
        std::string set_cookie;  // a Set-Cookie value that sets it again
    };
    [[nodiscard]] result<std::vector<kept_cookie>> cookies();

private:
    explicit webdriver(std::string origin) : origin_(std::move(origin)) {}
    [[nodiscard]] result<json::value> command(const char* method, const std::string& path, const json::object& body);

    std::string origin_;
    std::string session_;  // "/session/ID"
    http::client client_;
};

}  // namespace assay::harness
