// A real browser by way of WebDriver (W3C WebDriver 2, Chromium's driver), for sign-in pages that need JavaScript: it
// opens pages, shows what became of them, types and clicks. Not thread-safe: one session a user agent.
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
    // `origin` is where chromedriver listens: "http://127.0.0.1:PORT". Errors: environment (no session: what the
    // driver said).
    [[nodiscard]] static result<std::unique_ptr<webdriver>> start(std::string origin);
    ~webdriver();  // ends the session, and its browser with it
    webdriver(const webdriver&) = delete;
    webdriver& operator=(const webdriver&) = delete;

    // A page that cannot be reached is no error here: url() says where the browser is. Errors: environment.
    [[nodiscard]] result<void> open(const std::string& url);
    [[nodiscard]] result<std::string> url();
    // The page as its scripts made it. A page without a form counts as one: its controls stand in a form of ours.
    [[nodiscard]] result<std::string> source();
    // Types and chooses what the filled form says, then presses its button (without one: submits the form). False:
    // the page changed meanwhile, and has no such form.
    [[nodiscard]] result<bool> submit(const html_form& filled);
    // Of every site the browser was at.
    struct kept_cookie {
        std::string host;
        std::string set_cookie;  // as the site would set it anew
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
