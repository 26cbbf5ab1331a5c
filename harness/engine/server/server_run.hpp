// One run of one server check: the issuer, the values saved so far, and the last observation. Verbs (verbs/) use its
// functions; walker.hpp runs the steps. Not thread-safe: one per run of a check.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/engine/core/evidence.hpp"
#include "harness/engine/server/listener.hpp"
#include "harness/engine/server/registration.hpp"
#include "harness/engine/server/request_words.hpp"
#include "harness/engine/server/subject.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/variables.hpp"
#include "http/client.hpp"
#include "oauth/form.hpp"
#include "oauth/jwk.hpp"
#include "oauth/random_source.hpp"

namespace assay::harness {

class browser;

// The object of expectations and captures.
struct observation {
    std::optional<http::response> response;
    std::optional<json::value> json;  // the body, if it is JSON
    // authorize
    bool redirected = false;            // the browser was redirected away from the server, anywhere
    bool at_client = false;             // … to a registered redirect URI of the client
    std::string location;               // absolute
    oauth::form query, fragment, form;  // form: posted automatically by a page (response_mode=form_post)
    // id_token
    std::optional<json::object> jose, claims;
    std::string signature;  // "valid", or the reason why not
};
[[nodiscard]] observation observation_of(const http::response& r);

class server_run {
public:
    // `label`: tells the random values of this user agent from those of the others of the check.
    server_run(const check& c, const variant& v, const issuer_view& at, const std::string& label = "check");
    ~server_run();
    server_run(const server_run&) = delete;
    server_run& operator=(const server_run&) = delete;

    // Another user agent at the same server: copies the saved values; has its own browser, tokens and log.
    [[nodiscard]] std::unique_ptr<server_run> another();
    // The value that a `save` refers to, or nullopt when it is absent.
    [[nodiscard]] std::optional<json::value> captured(const std::string& from) const;
    // RFC 7592 §2.3: deletes the clients that this run registered; returns those it could not delete.
    [[nodiscard]] std::vector<std::string> unregister();

    oauth::random_source random;  // by the seed of the check
    variables vars;
    observation now;
    evidence_log log;
    std::string label;  // of the current step: "3 token"
    http::client client;
    std::map<std::string, std::string> last;     // "code", "access_token" …
    std::chrono::steady_clock::duration budget;  // time limit of the check

    // ---- for verbs ----

    const issuer_view& at;
    std::int64_t clock_moved_s = 0;
    std::string last_role;  // role of the client in the last authorization request
    std::vector<registration> registered;
    std::unique_ptr<listener> listens;

    // A random state, nonce or identifier: 128 bits, base64url.
    [[nodiscard]] std::string random_text();
    [[nodiscard]] result<std::string> text(const std::string& raw) const { return vars.expand(raw); }
    // The metadata, fetched once; and a URL in it, or the server file's value for it.
    [[nodiscard]] result<const json::object*> metadata();
    [[nodiscard]] result<std::string> endpoint(std::string_view member);
    [[nodiscard]] std::string metadata_url() const;
    [[nodiscard]] result<http::exchange> send(http::call c);

    // requests.cpp: single requests.
    [[nodiscard]] result<const registered_client*> client_for(const request_words& w);
    [[nodiscard]] result<void> apply(oauth::form& f, const std::vector<parameter>& list,
                                     std::string_view leave_out = {});
    [[nodiscard]] result<void> authenticate(const request_words& w, const registered_client& who, oauth::form& body,
                                            http::headers& head);
    // `last_token`: if the step has none, the last access token is sent.
    [[nodiscard]] result<void> add_bearer(const request_words& w, bool last_token, http::headers& head);
    // The step's `url` or `path`, else that endpoint.
    [[nodiscard]] result<std::string> target_of(const request_words& w, std::string_view endpoint_member);
    [[nodiscard]] result<http::call> address(const request_words& w, http::request r, const std::string& url);
    // A POST of that form from that client, with the changes of the step.
    [[nodiscard]] result<http::call> form_call(const request_words& w, const registered_client& who,
                                               const std::string& url, oauth::form form);
    [[nodiscard]] result<http::call> bearer_call(const request_words& w);
    // Remembers the nonce of an answer for DPoP proofs (RFC 9449 §8).
    void note_nonce(const http::exchange& e);
    // Sends without TLS; a missing answer is an observation, too.
    [[nodiscard]] result<void> exchange_over_http(http::call c);

    // authorization_request.cpp. `pushed`: for the PAR endpoint (RFC 9126).
    [[nodiscard]] result<oauth::form> authorization_parameters(const request_words& w, const registered_client& who,
                                                               bool pushed);
    // browsing.cpp: the browser opens `url` (posts `form` unless it is empty) and goes on until the server's
    // redirects or pages end; the result is in `now`.
    void open_browser(bool afresh);
    // The browser of the last `authorize`; a new one if there was none.
    [[nodiscard]] browser& user_agent();
    [[nodiscard]] result<void> follow_redirects(std::string url, std::string form, const registered_client& who);
    [[nodiscard]] result<void> use_pages(const std::string& url, const std::string& form, const sign_in_spec& person,
                                         const registered_client& who, bool leaving);
    // signed.cpp
    [[nodiscard]] result<oauth::form> wrap_request(const request_words& w, const registered_client& who,
                                                   const oauth::form& inner);

    // The issuer's time.
    [[nodiscard]] std::int64_t now_s();
    // `kind`: its name in `last`: "assertion", "dpop_proof", "request_object".
    [[nodiscard]] result<std::string> sign(const jwt_spec& spec, const std::string& kind, json::object header,
                                           json::object claims, oauth::jwk key);

private:
    [[nodiscard]] result<json::value> known(std::string_view name);
    [[nodiscard]] result<json::value> part_of_issuer(std::string_view part) const;
    [[nodiscard]] result<json::value> known_client(std::string_view rest) const;
    [[nodiscard]] result<json::value> left_half_hash_of(const std::string& what) const;

    [[nodiscard]] result<void> apply_headers(http::headers& head, const request_words& w);

    // authorization_request.cpp
    void add_pkce(oauth::form& p, const std::string& method);
    void ask_for_refresh_tokens(oauth::form& p) const;
    void ask_for_consent(const request_words& w, oauth::form& p) const;

    // browsing.cpp
    [[nodiscard]] bool is_clients(const std::string& url, const registered_client& who) const;
    void arrive(const std::string& location, const registered_client& who, const oauth::form& posted = {});
    void arrive_by_form(const http::response& page, const std::string& url, const registered_client& who);
    [[nodiscard]] std::optional<json::value> browser_cookie(std::string_view name) const;

    // signed.cpp
    [[nodiscard]] result<void> apply(json::object& to, const std::vector<parameter>& list);
    [[nodiscard]] result<void> add_assertion(const request_words& w, const registered_client& who,
                                             const std::string& method, const std::string& secret, oauth::form& body);
    [[nodiscard]] result<oauth::jwk> dpop_key(const std::string& name);
    [[nodiscard]] result<void> add_dpop(const jwt_spec& spec, const std::string& url, http::request& r);

    const check& check_;
    std::optional<json::value> metadata_;
    std::map<std::string, oauth::jwk> dpop_keys_;
    std::shared_ptr<browser> browser_;  // made by the first authorize step
    std::string random_label_;
    std::size_t others_ = 0;  // made by another()
};

// Sets `last[name]` to the parameter's value, or erases it when the form does not have it.
void remember(std::map<std::string, std::string>& last, const oauth::form& p, const std::string& name);
// The URL without query and fragment.
[[nodiscard]] std::string_view without_query(std::string_view url);

}  // namespace assay::harness
