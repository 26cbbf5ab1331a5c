// The browser role: cookies, redirects and HTML forms, from a URL to the client's redirect URI (which is never
// fetched) or to a page that goes no further. JavaScript runs in a real browser alone. Not thread-safe: one browser a
// user agent.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/browser/cookie_jar.hpp"
#include "harness/browser/filling.hpp"
#include "harness/browser/webdriver.hpp"
#include "http/client.hpp"

namespace assay::harness {

struct journey {
    std::string final_url;  // the client's redirect URI with its query and fragment as the server wrote it, when
                            // reached; otherwise the URL of the last page
    bool reached_client = false;
    bool could_refuse = false;  // a page was met on which one can refuse, and a person who would did
    std::string posted;         // the form that would be posted there (response_mode=form_post), else empty
    http::exchange last;        // the answer that ended the journey; empty when the first URL was the client's
    std::vector<http::exchange> exchanges;  // all of them, in order, `last` included
};

class browser {
public:
    // `webdriver`: where chromedriver listens; pages that ask a person to sign in are then shown to a real browser.
    explicit browser(http::client& c, std::string webdriver = {}) : client_(&c), webdriver_(std::move(webdriver)) {}

    // Goes to `url` (with a `form`: posts it there, as a form on the client's page would) and on, until `is_client`
    // holds for an absolute URL. With `who`, fills in and submits the forms it meets as that person would; a form
    // that comes back after it was submitted ends the journey. Without, stops at the first answer that is no
    // redirect; when `who->nobody`, a page that posts itself to the client is followed, too. Errors: of
    // http::client::send; limit (20 redirects, 8 forms); malformed (a Location that is no URL). After an error,
    // history() has the exchanges of the journey so far.
    [[nodiscard]] result<journey> visit(std::string url, const std::function<bool(std::string_view)>& is_client,
                                        const sign_in_choice* who, std::string form = {});
    // One exchange with this browser's cookies, redirects not followed. `url` absolute.
    [[nodiscard]] result<http::exchange> request(std::string method, const std::string& url, http::headers head = {},
                                                 std::string body = {});

    // As another person on another machine: no cookie, and a real browser of its own.
    void start_afresh();
    [[nodiscard]] cookie_jar& cookies() { return cookies_; }
    [[nodiscard]] const cookie_jar& cookies() const { return cookies_; }
    // The exchanges since the last visit() began.
    [[nodiscard]] const std::vector<http::exchange>& history() const { return history_; }

private:
    [[nodiscard]] result<journey> visit_for_real(const std::string& url,
                                                 const std::function<bool(std::string_view)>& is_client,
                                                 const sign_in_choice& who);
    http::client* client_;
    std::string webdriver_;
    std::unique_ptr<webdriver> driver_;  // made when the first page asks somebody to sign in
    cookie_jar cookies_;
    std::vector<http::exchange> history_;
};

}  // namespace assay::harness
