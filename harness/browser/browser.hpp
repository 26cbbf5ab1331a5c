// The browser role: cookies, redirects and HTML forms, from a URL to the client's redirect URI (which is never
// fetched) or to a page that leads no further. Without JavaScript, unless a real browser is used. Not thread-safe:
// one browser per user agent.
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
    bool could_refuse = false;              // the user wants to refuse, and a page offered it
    std::string posted;                     // the form to be posted there (response_mode=form_post), else empty
    http::exchange last;                    // the last answer; empty when the first URL was the client's
    std::vector<http::exchange> exchanges;  // all of them, in order, `last` included
};

class browser {
public:
    // `webdriver`: the URL of chromedriver; if set, a real browser opens the pages where a user signs in.
    explicit browser(http::client& c, std::string webdriver = {}) : client_(&c), webdriver_(std::move(webdriver)) {}

    // Opens `url` (with a `form`: posts it there, as a form on the client's page would) and follows redirects until
    // `is_client` holds for an absolute URL. With `who`, fills in and submits the forms as that user would; a form
    // that comes again after it was submitted ends the journey. Without `who`, ends at the first answer that is not a
    // redirect; with `who->nobody`, also follows a page that posts itself to the client. Errors: those of
    // http::client::send; limit (20 redirects, 8 forms); malformed (an invalid Location). After an error, history()
    // has the exchanges up to it.
    [[nodiscard]] result<journey> visit(std::string url, const std::function<bool(std::string_view)>& is_client,
                                        const sign_in_choice* who, std::string form = {});
    // One exchange with this browser's cookies; follows no redirects. `url` absolute. Errors: of send().
    [[nodiscard]] result<http::exchange> request(std::string method, const std::string& url, http::headers head = {},
                                                 std::string body = {});

    // Becomes another user agent: no cookies, and a new real browser.
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
    std::unique_ptr<webdriver> driver_;  // started for the first page with a sign-in
    cookie_jar cookies_;
    std::vector<http::exchange> history_;
};

}  // namespace assay::harness
