// The user of a client under test: starts the sign-in, signs in at the mock (by request), and returns with
// the callback. Cookies work as in a browser: the adapter is on localhost, the mock on 127.0.0.1. Not
// thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/browser/browser.hpp"
#include "harness/browser/navigation.hpp"
#include "harness/clients/adapter.hpp"
#include "harness/scenario/check.hpp"
#include "http/client.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// How a step ended. crashed, hung: a failure under a fault, an error in the control. server_error: the
// client answered 5xx, so no user is signed in, but it is unclear whether the client refused or has a
// bug.
enum class client_outcome { accepted, rejected, no_callback, server_error, crashed, hung, nonsense };
[[nodiscard]] std::string_view outcome_name(client_outcome e);

struct step_outcome {
    client_outcome how = client_outcome::nonsense;
    json::value report;  // accepted, rejected: the adapter's document
    std::string detail;  // the others: one sentence
};

// "rejected (OAUTH_INVALID_RESPONSE: unexpected iss)": the outcome with its message, for people.
[[nodiscard]] std::string describe_outcome(const step_outcome& l);

class client_browser {
public:
    client_browser(adapter& a, const rp_handle& rp, std::chrono::milliseconds deadline);

    // Signs in at the client and at the mock until the redirect to the client: returns the callback URL, not yet
    // delivered; or the outcome if it ended earlier. A response in a form (Form Post Response Mode) is posted by
    // deliver().
    [[nodiscard]] tl::expected<std::string, step_outcome> login(const sign_in_spec& who);
    // Starts a sign-in and leaves it: the session then has its own state.
    void start_only(const rp_handle& rp);
    [[nodiscard]] step_outcome deliver(const std::string& callback);
    // The client's POST /rp/{id}/refresh, /userinfo or /call.
    [[nodiscard]] step_outcome post(const std::string& step, const std::string& form = {});
    // A page that makes an application use its tokens: accepted if it shows a signed-in user.
    [[nodiscard]] step_outcome open(const std::string& path);
    // Whether a user is signed in, in a browser with the cookies from before the last callback.
    [[nodiscard]] step_outcome look_as_before();
    // Signs out at the client and follows redirects: accepted if there was no error.
    [[nodiscard]] step_outcome log_out();
    // Removes all cookies, like the browser of another user.
    void forget_cookies() { browser_.start_afresh(); }
    // Signs in once in another browser, then restores this one.
    [[nodiscard]] tl::expected<std::string, step_outcome> login_elsewhere(const sign_in_spec& who);

    // The exchanges since the last call, for the report.
    [[nodiscard]] std::vector<reports::evidence> take_evidence();
    void name_step(std::string step) { step_ = std::move(step); }

private:
    [[nodiscard]] tl::expected<http::response, step_outcome> fetch(const navigation& to);
    [[nodiscard]] tl::expected<http::response, step_outcome> get(const std::string& url);
    [[nodiscard]] tl::expected<std::string, step_outcome> sign_in(std::string url, const sign_in_spec& who);
    [[nodiscard]] step_outcome failed(const error& e);
    [[nodiscard]] step_outcome judge(const http::response& r);
    // Follows the redirects of an application after the callback to its page.
    [[nodiscard]] step_outcome look_at(const std::string& url, http::response page);
    [[nodiscard]] tl::expected<std::string, step_outcome> authorization_request(const std::string& url);
    // The redirect in an answer; or, if `form` is set and the answer has that form, its submission (`form` is then
    // reset). nullopt: neither.
    [[nodiscard]] tl::expected<std::optional<navigation>, step_outcome> lead_on(const http::response& answer,
                                                                                navigation at,
                                                                                const sign_in_start*& form) const;
    [[nodiscard]] step_outcome see_who(const http::response& page) const;
    [[nodiscard]] bool is_clients(const std::string& url) const;
    [[nodiscard]] std::vector<std::string> cookies_of_client() const;

    adapter& adapter_;
    rp_handle rp_;
    http::client client_;
    browser browser_;
    cookie_jar before_;  // at the start of the last sign-in
    std::vector<reports::evidence> evidence_;
    std::string step_;
    std::string posted_;  // the form of the last authorization response; empty: it is in the URL
};

// The outcome for a 5xx answer of the client.
[[nodiscard]] step_outcome server_error(int status);
// Maximum number of redirects within one step.
constexpr int redirects_max = 10;

// Request and response as text.
[[nodiscard]] std::string as_text(const http::request& r);
[[nodiscard]] std::string as_text(const http::response& r);

}  // namespace assay::harness
