// The person at a client under test: starts the sign-in, signs in at the mock (by request), comes back with the
// callback. Cookies are kept as a browser keeps them: the adapter lives on localhost, the mock on 127.0.0.1.
// Not thread-safe.
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

// How one step ended. A client that crashes or hangs under a fault has failed; in the control that is an error.
// server_error: it answered 5xx. Nobody is signed in by that, and nobody can tell a refusal from a mistake of its
// own.
enum class client_outcome { accepted, rejected, no_callback, server_error, crashed, hung, nonsense };
[[nodiscard]] std::string_view outcome_name(client_outcome e);

struct step_outcome {
    client_outcome how = client_outcome::nonsense;
    json::value report;  // accepted, rejected: the adapter's document
    std::string detail;  // the others: one sentence
};

// "rejected (OAUTH_INVALID_RESPONSE: unexpected iss)": the outcome and what was said, for people.
[[nodiscard]] std::string describe_outcome(const step_outcome& l);

class client_browser {
public:
    client_browser(adapter& a, const rp_handle& rp, std::chrono::milliseconds deadline);

    // Login at the client, then the mock until it redirects to the client: the callback URL, undelivered; or the
    // outcome, where it ended before that. Where the server has the browser post the answer (OAuth Form Post),
    // deliver() posts it.
    [[nodiscard]] tl::expected<std::string, step_outcome> login(const sign_in_spec& who);
    // A sign-in that is started and left alone: the session has a state of its own.
    void start_only(const rp_handle& rp);
    [[nodiscard]] step_outcome deliver(const std::string& callback);
    // The client's POST /rp/{id}/refresh, /userinfo or /call.
    [[nodiscard]] step_outcome post(const std::string& step, const std::string& form = {});
    // A page of an application that makes it use its tokens: accepted, when the person is signed in there.
    [[nodiscard]] step_outcome open(const std::string& path);
    // Whether somebody is signed in in a browser with the cookies that this one had before the last callback.
    [[nodiscard]] step_outcome look_as_before();
    // Out of the client, and on to wherever that leads: accepted, when nothing went wrong on the way.
    [[nodiscard]] step_outcome log_out();
    // Another person's browser: without cookies.
    void forget_cookies() { browser_.start_afresh(); }
    // Somebody else's browser for one login, and then this one again, as it was.
    [[nodiscard]] tl::expected<std::string, step_outcome> login_elsewhere(const sign_in_spec& who);

    // What was exchanged since the last call, for the report.
    [[nodiscard]] std::vector<reports::evidence> take_evidence();
    void name_step(std::string step) { step_ = std::move(step); }

private:
    [[nodiscard]] tl::expected<http::response, step_outcome> fetch(const navigation& to);
    [[nodiscard]] tl::expected<http::response, step_outcome> get(const std::string& url);
    [[nodiscard]] tl::expected<std::string, step_outcome> sign_in(std::string url, const sign_in_spec& who);
    [[nodiscard]] step_outcome failed(const error& e);
    [[nodiscard]] step_outcome judge(const http::response& r);
    // What an application answers a callback with, and the page it leads to.
    [[nodiscard]] step_outcome look_at(const std::string& url, http::response page);
    [[nodiscard]] tl::expected<std::string, step_outcome> authorization_request(const std::string& url);
    // The redirect that an answer is, or, where `form` is one to come, what that one sends: it has come then.
    // nullopt: neither.
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
    cookie_jar before_;  // when the last sign-in had begun
    std::vector<reports::evidence> evidence_;
    std::string step_;
    std::string posted_;  // the form of the last sign-in's answer; empty: it stands in the URL
};

// A client's answer of 5xx, of which nobody can tell what it means.
[[nodiscard]] step_outcome server_error(int status);
// How often the browser follows a redirect within one step.
constexpr int redirects_max = 10;

// Request and response as text.
[[nodiscard]] std::string as_text(const http::request& r);
[[nodiscard]] std::string as_text(const http::response& r);

}  // namespace assay::harness
