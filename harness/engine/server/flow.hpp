// One run of one check: the issuer it talks to, what it knows so far, and the last answer. The verbs live in
// authorize.cpp, requests.cpp, signed.cpp, transport.cpp and id_token.cpp; run_check.cpp walks the steps.
// Not thread-safe: one per run of a check.
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
#include "harness/engine/server/subject.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/variables.hpp"
#include "http/client.hpp"
#include "oauth/form.hpp"
#include "oauth/jwk.hpp"

namespace assay::harness {

class browser;

// What expectations and captures look at.
struct answer {
    std::optional<http::response> response;
    std::optional<json::value> json;  // the body, where it is JSON
    // authorize
    bool redirected = false;            // the browser was sent away from the server, wherever to
    bool at_client = false;             // … to a redirect URI that the client registered
    std::string location;               // absolute
    oauth::form query, fragment, form;  // form: what a page posts there by itself (response_mode=form_post)
    // id_token
    std::optional<json::object> jose, claims;
    std::string signature;  // "valid", or why it is not
};

// A verb that could not be carried out says why in an error; ending.hpp says what that means for the check.
class flow {
public:
    flow(const check& c, const variant& v, const issuer_view& at);
    ~flow();
    flow(const flow&) = delete;
    flow& operator=(const flow&) = delete;

    // Another party at the same server: it knows what was saved so far, and has its own browser, tokens and log.
    [[nodiscard]] std::unique_ptr<flow> another() const;

    // Carries a verb of one party out and leaves what came back in `now`.
    [[nodiscard]] result<void> carry_out(const step& s);
    [[nodiscard]] result<void> authorize(const step& s);
    [[nodiscard]] result<void> logout(const step& s);       // with the browser of the last authorize
    [[nodiscard]] result<void> token_parts(const step& s);  // id_token, access_token, signed_userinfo
    // Verbs of one exchange: made first, so that a race can send several at once.
    [[nodiscard]] result<http::call> make_call(const step& s);
    [[nodiscard]] result<void> exchange(const step& s);
    // Takes what an answer gives (tokens, a registered client's secret) for the steps after it.
    void absorb(const step& s, const http::exchange& e);
    // What only the mock's control API does: a skip on other servers.
    [[nodiscard]] result<void> move_clock(const step& s);
    [[nodiscard]] result<void> rotate_keys();
    // A URL of our own that the server may call (`${listener}`), and the next request there.
    [[nodiscard]] result<void> listen();
    [[nodiscard]] result<void> receive();
    [[nodiscard]] result<void> withdraw_consent(const step& s);
    // transport.cpp: a TLS handshake with each endpoint; `now.json` has how it went, by the endpoint's name.
    [[nodiscard]] result<void> handshake(const step& s);
    [[nodiscard]] static answer answer_of(const http::response& r);
    // RFC 7592 §2.3: deletes the clients that this run registered; gives those that are still there.
    [[nodiscard]] std::vector<std::string> unregister();

    // The value a `save` names, or nullopt where it is absent.
    [[nodiscard]] std::optional<json::value> captured(const std::string& from) const;

    variables vars;
    answer now;
    evidence_log log;
    std::string label;  // of the step in progress: "3 token"
    http::client client;
    std::map<std::string, std::string> last;     // "code", "access_token" …
    std::chrono::steady_clock::duration budget;  // how long the check may take

private:
    [[nodiscard]] result<json::value> known(std::string_view name);
    [[nodiscard]] result<json::value> part_of_issuer(std::string_view part) const;
    [[nodiscard]] result<json::value> known_client(std::string_view rest) const;
    [[nodiscard]] result<json::value> left_half_hash_of(const std::string& what) const;
    [[nodiscard]] result<http::exchange> send(http::call c);
    [[nodiscard]] std::optional<json::value> browser_cookie(std::string_view name) const;  // authorize.cpp

    // transport.cpp
    [[nodiscard]] result<std::vector<std::pair<std::string, std::string>>> endpoints_for(const step& s);
    [[nodiscard]] result<void> exchange_over_http(http::call c);

    // flow.cpp
    [[nodiscard]] result<std::string> endpoint(std::string_view member);
    [[nodiscard]] result<void> discover();
    [[nodiscard]] std::string metadata_url() const;

    // authorize.cpp
    [[nodiscard]] result<oauth::form> authorize_parameters(const step& s, const registered_client& who);
    void add_pkce(oauth::form& p, const std::string& method);
    void ask_for_refresh_tokens(oauth::form& p) const;
    void ask_for_consent(const step& s, oauth::form& p) const;
    void sign_in_by_request(oauth::form& p, const sign_in_spec& who) const;
    [[nodiscard]] result<void> walk(std::string url, std::string form, const registered_client& who);
    [[nodiscard]] result<void> browse(const std::string& url, const std::string& form, const step& s,
                                      const registered_client& who);
    [[nodiscard]] bool is_clients(const std::string& url, const registered_client& who) const;
    void arrive(const std::string& location, const registered_client& who, const oauth::form& posted = {});
    void arrive_by_form(const http::response& page, const std::string& url, const registered_client& who);
    void note(const http::exchange& e);

    // signed.cpp
    [[nodiscard]] std::int64_t now_s();
    [[nodiscard]] result<void> apply(json::object& to, const std::vector<parameter>& list);
    // `kind` is its name in `last`: "assertion", "dpop_proof", "request_object".
    [[nodiscard]] result<std::string> sign(const jwt_spec& spec, const std::string& kind, json::object header,
                                           json::object claims, oauth::jwk key);
    [[nodiscard]] result<void> add_assertion(const step& s, const registered_client& who, const std::string& method,
                                             const std::string& secret, oauth::form& body);
    [[nodiscard]] result<oauth::jwk> dpop_key(const std::string& name);
    [[nodiscard]] result<void> add_dpop(const jwt_spec& spec, const std::string& url, http::request& r);
    [[nodiscard]] result<oauth::form> wrap_request(const step& s, const registered_client& who,
                                                   const oauth::form& inner);

    // requests.cpp
    [[nodiscard]] result<const registered_client*> client_for(const step& s);
    [[nodiscard]] result<void> apply(oauth::form& f, const std::vector<parameter>& list,
                                     std::string_view leave_out = {});
    [[nodiscard]] result<void> apply_headers(http::headers& head, const step& s);
    [[nodiscard]] result<void> authenticate(const step& s, const registered_client& who, oauth::form& body,
                                            http::headers& head);
    [[nodiscard]] result<void> add_bearer(const step& s, http::headers& head);
    [[nodiscard]] result<oauth::form> grant_form(const step& s);
    [[nodiscard]] result<http::call> make_form_call(const step& s, std::string_view endpoint_member);
    [[nodiscard]] result<http::call> make_bearer_call(const step& s);
    [[nodiscard]] result<http::call> make_registration(const step& s);
    [[nodiscard]] result<http::call> make_request(const step& s);
    [[nodiscard]] result<http::call> address(const step& s, http::request r, std::string fallback_url);
    [[nodiscard]] result<std::string> target_of(const step& s, std::string_view endpoint_member);
    [[nodiscard]] result<std::string> text(const std::string& raw) const { return vars.expand(raw); }

    const check& check_;
    const issuer_view& at_;
    std::optional<json::value> metadata_;
    std::int64_t advanced_s_ = 0;
    std::string last_role_;
    std::map<std::string, oauth::jwk> dpop_keys_;
    std::vector<registration> registered_;
    std::unique_ptr<listener> listener_;
    std::shared_ptr<browser> browser_;  // made by the first authorize
};

}  // namespace assay::harness
