// A server under test: the source of issuers for checks. The mock creates a new issuer for each run through its
// control API; a real server has always the same one. open() and close() are called from several threads.
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

// The server's answer to a client registration (RFC 7591 §3.2.1).
struct registration {
    std::string client_id;
    std::string uri;           // registration_client_uri; empty: the client cannot be deleted
    std::string access_token;  // registration_access_token
};

struct registered_client {
    std::string role;  // "confidential"
    std::string client_id;
    std::string client_secret;  // empty for a public client
    std::string auth_method;    // "client_secret_basic" …
    std::vector<std::string> redirect_uris;
    std::optional<oauth::jwk> key{};   // private, for private_key_jwt and request objects
    std::optional<oauth::jwk> next{};  // a second registered key, for key rotation by the client
    std::string scope{};               // scope to request; empty: the issuer's default_scope
};

// The signing key of clients registered at the mock; created once per process.
[[nodiscard]] const oauth::jwk& client_signing_key();
[[nodiscard]] const oauth::jwk& next_client_signing_key();

// The issuer whose JWTs, signed with that key, an issuer of the mock accepts as grants in checks that need them.
inline constexpr std::string_view trusted_issuer_of_checks = "https://workloads.example";

// How a user signs in on the server's own pages.
struct page_sign_in {
    std::string user;
    std::string password;
    std::vector<std::pair<std::string, std::string>> fields;  // further form fields by name or id
    std::vector<std::string> press;                           // buttons and boxes to press, by name or id
    bool needs_browser = false;                               // `browser: webdriver`: the pages need JavaScript
    std::string webdriver;                                    // URL of chromedriver
};

// What a run may do at a server.
struct run_limits {
    std::shared_ptr<std::atomic<std::int64_t>> requests_left;    // nullptr: unlimited
    std::optional<std::chrono::steady_clock::time_point> until;  // no check starts after this time
    bool destructive = false;                                    // allows checks marked as destructive
    std::chrono::seconds check_budget{30};                       // time limit of one check
};

// One issuer as seen by a check.
struct issuer_view {
    std::string issuer;        // as the server writes it: a terminating slash is part of it (OIDC Discovery §4.3)
    std::string metadata_url;  // URL of its metadata; empty: below the issuer, as in OIDC Discovery §4
    std::string control;       // "http://127.0.0.1:PORT/issuers/NAME"; empty for a real server
    json::value made_by;       // what was posted to the control API for it
    std::string dialect;
    std::vector<std::string> capabilities;
    std::map<std::string, std::string> lacks;  // capability -> why this server does not have it, if known
    std::vector<registered_client> clients;
    json::value users = json::array{};          // [{sub, username, email}]
    json::value organizations = json::array{};  // [{id, slug, name}]
    json::object endpoints;                     // metadata members that override discovery
    std::vector<std::string> nodes;             // origins, each of one node of the server; empty: unknown
    bool by_request = false;                    // assay_* parameters sign in; otherwise pages do
    page_sign_in pages;
    run_limits limits;
    std::string ca_file;             // PEM trusted beside the system's authorities; empty: those alone
    std::int64_t clock_ahead_s = 0;  // the issuer's clock minus ours
    std::string seed;                // of the random values of the check and, at the mock, of the issuer
    std::string default_scope = "openid email";
    bool offline_access = false;          // refresh tokens require the scope offline_access (OIDC Core §11)
    bool asks_consent = false;            // prompt=consent shows the consent page again (OIDC Core §3.1.2.1)
    std::string initial_access_token;     // sent with every registration (RFC 7591 §3)
    std::vector<registration> for_check;  // clients of one check only

    [[nodiscard]] const registered_client* find_client(std::string_view role) const;
    [[nodiscard]] bool can(std::string_view capability) const;
};

// Why no check with a sign-in can be decided at this server: one sentence that says what to correct, and the
// exchanges that show it.
struct obstacle {
    std::string message;
    std::vector<reports::evidence> exchanges{};
};

// Under which conditions a check runs.
struct check_setup {
    json::value faults = json::array{};   // of the mock
    std::string seed{};                   // of random values; empty: a new one
    std::optional<std::int64_t> clock{};  // epoch seconds to which the mock's clock is moved; nullopt: the real time
};

class server_subject {
public:
    server_subject() = default;
    server_subject(const server_subject&) = delete;
    server_subject& operator=(const server_subject&) = delete;
    virtual ~server_subject() = default;

    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::string dialect() const = 0;  // empty: unknown
    [[nodiscard]] virtual std::string issuer() const = 0;   // empty when each check has its own
    // Arguments to add to `assay run --select ID` so that it uses this server.
    [[nodiscard]] virtual std::string arguments() const = 0;
    // How many checks may run at once; 0: adapted to its speed.
    [[nodiscard]] virtual unsigned jobs() const { return 0; }
    // Called once, before the first open(): whether the common preconditions of these checks hold (precondition.hpp).
    [[nodiscard]] virtual std::optional<obstacle> prepare(const std::vector<check>& checks) {
        (void)checks;
        return std::nullopt;
    }
    // Errors: unsupported (skip), environment, connect …
    [[nodiscard]] virtual result<issuer_view> open(const check& c, const check_setup& how) = 0;
    virtual void close(const issuer_view& at) = 0;
    // A check got no answer: a server that has stopped answering is reported once as such. Called from several
    // threads.
    virtual void met_no_answer(const std::string& check) { (void)check; }
    // Reports a client that a check registered and could not delete. Called from several threads.
    virtual void left_behind(const std::string& client_id) { (void)client_id; }
    // Notes for the end of the report.
    [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
};

// Copies dialect, users, organizations, sign-in and clock from an issuer's document of the control API.
void read_issuer_document(const json::value& document, issuer_view& out);

// Creates issuers of that dialect through the control API; over TLS for a check that needs it, trusted by `ca_file`.
[[nodiscard]] std::unique_ptr<server_subject> make_mock_subject(std::string control_origin, std::string dialect,
                                                                std::string ca_file);

}  // namespace assay::harness
