// A server under test: where checks find an issuer. The mock gives each run a fresh one through its control API; a
// real server is always the same. open() and close() are called from several threads.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/profile.hpp"
#include "oauth/jwk.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// What a server said when it registered a client (RFC 7591 §3.2.1).
struct registration {
    std::string client_id;
    std::string uri;           // registration_client_uri; empty: it cannot be deleted
    std::string access_token;  // registration_access_token
};

struct registered_client {
    std::string role;  // "confidential"
    std::string client_id;
    std::string client_secret;  // empty for a public client
    std::string auth_method;    // "client_secret_basic" …
    std::vector<std::string> redirect_uris;
    std::optional<oauth::jwk> key{};   // private: for private_key_jwt and request objects
    std::optional<oauth::jwk> next{};  // another one that is registered: what the client changes to
    std::string scope{};               // what it asks for; empty: the issuer's default_scope
};

// What the clients registered at the mock sign with; made once, for each program run anew.
[[nodiscard]] const oauth::jwk& client_signing_key();
[[nodiscard]] const oauth::jwk& next_client_signing_key();

// How a person signs in on a server's own pages.
struct page_sign_in {
    std::string user;
    std::string password;
    std::vector<std::pair<std::string, std::string>> fields;  // further form fields by name
    bool needs_browser = false;                               // `browser: webdriver`: the pages need JavaScript
    std::string webdriver;                                    // where chromedriver listens
};

// What a run may do to a server.
struct run_limits {
    std::shared_ptr<std::atomic<std::int64_t>> requests_left;    // nullptr: any number
    std::optional<std::chrono::steady_clock::time_point> until;  // no check begins later
    bool destructive = false;                                    // checks that say so may run
    std::chrono::seconds check_budget{30};                       // how long one check may take
};

// One issuer as a check sees it.
struct issuer_view {
    std::string issuer;        // as the server writes it: a terminating slash is part of it (OIDC Discovery §4.3)
    std::string metadata_url;  // where its metadata was found; empty: below the issuer, as OIDC Discovery §4 has it
    std::string control;       // "http://127.0.0.1:PORT/issuers/NAME"; empty for a real server
    std::string dialect;
    std::vector<std::string> capabilities;
    std::map<std::string, std::string> lacks;  // capability -> why this server has it not, where that is known
    std::vector<registered_client> clients;
    json::value users = json::array{};          // [{sub, username, email}]
    json::value organizations = json::array{};  // [{id, slug, name}]
    json::object endpoints;                     // members of the metadata that override discovery
    bool by_request = false;                    // assay_* parameters sign in; otherwise the pages do
    page_sign_in pages;
    run_limits limits;
    std::string ca_file;             // PEM trusted beside the system's authorities; empty: those alone
    std::int64_t clock_ahead_s = 0;  // the issuer's clock against ours
    std::string default_scope = "openid email";
    bool offline_access = false;          // refresh tokens come with scope offline_access alone (OIDC Core §11)
    bool asks_consent = false;            // prompt=consent shows the consent page again (OIDC Core §3.1.2.1)
    std::string initial_access_token;     // goes with every registration (RFC 7591 §3)
    std::vector<registration> for_check;  // clients that exist for one check alone

    [[nodiscard]] const registered_client* find_client(std::string_view role) const;
    [[nodiscard]] bool can(std::string_view capability) const;
};

// Why no check that begins with a sign-in can be decided at this server: one sentence that names what to mend, and
// what was exchanged.
struct obstacle {
    std::string message;
    std::vector<reports::evidence> exchanges{};
};

class server_subject {
public:
    server_subject() = default;
    server_subject(const server_subject&) = delete;
    server_subject& operator=(const server_subject&) = delete;
    virtual ~server_subject() = default;

    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::string dialect() const = 0;  // empty: unknown
    [[nodiscard]] virtual std::string issuer() const = 0;   // empty where each check has its own
    // What to add to `assay run --select ID` to meet this server again.
    [[nodiscard]] virtual std::string arguments() const = 0;
    // How many checks it is asked at once; 0: as its answers allow.
    [[nodiscard]] virtual unsigned jobs() const { return 0; }
    // Called once, before the first open(): whether these checks have what they all build on (precondition.hpp).
    [[nodiscard]] virtual std::optional<obstacle> prepare(const std::vector<check>& checks) {
        (void)checks;
        return std::nullopt;
    }
    // `faults`: array of fault specs. Errors: unsupported (a skip), environment, connect …
    [[nodiscard]] virtual result<issuer_view> open(const check& c, const json::value& faults) = 0;
    virtual void close(const issuer_view& at) = 0;
    // A check met no answer: a server that answers nothing any more is told as that, once. Called from several
    // threads.
    virtual void met_no_answer(const std::string& check) { (void)check; }
    // A client that a check registered and could not delete again. Called from several threads.
    virtual void left_behind(const std::string& client_id) { (void)client_id; }
    // What the report is to say at its end.
    [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
};

// What an issuer's document at the control API says of its dialect, people, organizations, sign-in and clock.
void read_issuer_document(const json::value& document, issuer_view& out);

// Issuers of that dialect, made at the control API; over TLS for a check that needs it, trusted by `ca_file`.
[[nodiscard]] std::unique_ptr<server_subject> make_mock_subject(std::string control_origin, std::string dialect,
                                                                std::string ca_file);

}  // namespace assay::harness
