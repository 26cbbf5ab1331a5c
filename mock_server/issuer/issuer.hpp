// One authorization server. All state of the mock belongs to an issuer; the only globals are constants. The
// configuration is fixed at creation; clients, faults, clock and store change under their own locks. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/dialects/dialect.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/faults/fault_set.hpp"
#include "mock_server/issuer/backing.hpp"
#include "mock_server/issuer/client.hpp"
#include "mock_server/issuer/configured_claims.hpp"
#include "mock_server/issuer/outer_url.hpp"
#include "mock_server/issuer/remote_keys.hpp"
#include "mock_server/issuer/strangers.hpp"
#include "mock_server/issuer/trusted_issuer.hpp"
#include "mock_server/keys/keys.hpp"
#include "mock_server/observe/journal.hpp"
#include "oauth/jwk.hpp"
#include "oauth/random_source.hpp"

namespace assay::mock {

struct organization {
    std::string id;  // UUID
    std::string slug;
    std::string name;
    // Requires single sign-on: only sessions and tokens limited to organizations reach it. Has an effect only where
    // the dialect limits tokens.
    bool sso_enforced = false;
};

struct user {
    std::string sub;  // UUID
    std::string username;
    std::string name;
    std::string email;
    std::vector<std::string> organizations;  // ids
    std::vector<std::string> manages{};      // ids of those that this user manages
    // The organizations that this user's web sessions reach, where the dialect limits tokens; empty: all of the
    // user's. An id of an organization that the user left, or that was deleted, is valid and reaches nothing.
    std::vector<std::string> session_organizations{};
    std::string phone_number{};                  // E.164 is recommended (OIDC Core §5.1)
    json::object address{};                      // members of OIDC Core §5.1.1, all texts
    std::string password{};                      // for the password grant; empty: "USERNAME-password"
    std::vector<std::string> roles{}, groups{};  // for claims
    json::object claims{};                       // of a stranger: what was typed at the sign-in
};

// The users who can sign in, and the organizations that they can choose.
struct people {
    std::vector<user> users;  // never empty
    std::vector<organization> organizations;
};
[[nodiscard]] const people& demo_people();

enum class sign_in { page, automatic, by_request };
[[nodiscard]] std::optional<sign_in> parse_sign_in(std::string_view name);  // "page", "auto", "by_request"
[[nodiscard]] std::string_view sign_in_name(sign_in s);

struct published_key {
    std::string_view alg;
    oauth::jwk key;
};

// The last second that a clock can have: 9999-12-31T23:59:59Z.
inline constexpr std::int64_t end_of_time = 253'402'300'799;

struct issuer_config {
    std::string name;      // "" for the default issuer
    std::string base_url;  // the issuer identifier; a slash at its end is part of it (RFC 8414 §3.3), unless the
                           // dialect has an issuer_path
    std::shared_ptr<const dialect> speaks;
    sign_in how = sign_in::page;
    std::string seed;
    std::optional<std::int64_t> now;  // frozen clock, epoch seconds
    std::int64_t ttl_s = 0;           // seconds; 0: lives until deleted
    std::size_t journal_entries = journal::entries_default;
    std::shared_ptr<class traffic> seen{};  // the mock's counters; nullptr: not counted
    // For a fault issuer: the issuer whose clients it has, besides those registered with it.
    std::shared_ptr<const class issuer> like{};
    std::vector<std::string> signing_algs{};       // the default first; empty: the dialect's
    int rsa_bits = rsa_bits_default;               // of its RSA keys: one of rsa_sizes
    std::weak_ptr<class postman> post{};           // sends what it has to tell clients; none: nothing is sent
    std::shared_ptr<class tls_origins> origins{};  // nullptr: this mock has none
    std::vector<std::string> resources{};          // RFC 8707, beside the dialect's; "/mcp": a path below the issuer
    bool exposed = false;                          // other machines reach it
    std::shared_ptr<memory_budget> memory{};       // of all issuers of the mock; nullptr: no limit in bytes
    std::shared_ptr<backing> kept_in{};            // nullptr: memory
    std::vector<trusted_issuer> trusted{};         // whose JWTs are grants (RFC 7523 §2.1)
    bool own_seed = false;                         // `seed` is of this issuer alone, whatever its name
    bool any_user = false;                         // a leniency: strangers can sign in, under any name
    bool isolated = false;                         // each browser is asked for consent itself

    // What tells its random values from those of other issuers with this seed.
    [[nodiscard]] std::string label() const { return own_seed ? std::string{} : name; }
};

class issuer {
public:
    explicit issuer(issuer_config config);

    [[nodiscard]] const issuer_config& config() const { return config_; }
    [[nodiscard]] const dialect& speaks() const { return *config_.speaks; }
    // The issuer identifier, as in tokens and metadata: what it was created with, and the dialect's issuer_path.
    [[nodiscard]] const std::string& url() const { return urls().url; }
    // URLs of endpoints are this and their path.
    [[nodiscard]] const std::string& base() const { return urls().base; }
    // The URL of an endpoint that the dialect has.
    [[nodiscard]] std::string url_of(const endpoint_row& row) const {
        return base() + std::string(path_of(row, speaks()));
    }
    // The resources that clients can request tokens for (RFC 8707 §2): absolute URIs.
    [[nodiscard]] const std::vector<std::string>& resources() const { return urls().resources; }

    // Epoch seconds and milliseconds of the issuer's own clock.
    [[nodiscard]] std::int64_t now() const { return now_ms() / 1000; }
    [[nodiscard]] std::int64_t now_ms() const;
    // Errors: usage, if the clock would leave the years 1970 to 9999.
    result<void> advance(std::int64_t seconds);
    result<void> freeze(std::int64_t epoch_s);
    void follow_real_time();
    [[nodiscard]] bool is_frozen() const { return frozen_ms_.load(std::memory_order_relaxed) >= 0; }
    // The clock is neither frozen nor advanced.
    [[nodiscard]] bool follows_real_time() const {
        return !is_frozen() && offset_ms_.load(std::memory_order_relaxed) == 0;
    }

    // The client as currently registered; nullptr: unknown client_id.
    [[nodiscard]] std::shared_ptr<const client> find_client(std::string_view client_id) const;
    // As client_registry::put().
    bool put_client(client c);
    bool remove_client(const std::string& client_id);
    [[nodiscard]] std::vector<client> clients() const;  // as they came

    [[nodiscard]] const std::vector<user>& users() const { return current_people().users; }
    [[nodiscard]] const std::vector<organization>& organizations() const { return current_people().organizations; }
    // `change` gets a copy of the current people; its result replaces them. Errors: those of `change`; limit: users
    // and organizations handed out stay valid as long as the issuer, so the number of old copies is bounded.
    [[nodiscard]] result<void> change_people(const std::function<result<void>(people&)>& change);
    // nullptr: none. A stranger may be forgotten at any time; who holds one has it as it was.
    [[nodiscard]] std::shared_ptr<const user> find_user(std::string_view username_or_sub) const;
    [[nodiscard]] std::shared_ptr<const user> first_user() const;
    // Who a hint names (login_hint, assay_user): a user or an earlier stranger by username, sub or e-mail address,
    // or, where any_user allows it, a new stranger. nullptr: nobody.
    [[nodiscard]] std::shared_ptr<const user> find_or_welcome(std::string_view hint);
    // A stranger signs in under that name; `claims`, an object as JSON text, replace those of an earlier sign-in. A
    // user's name is that user, who has no such claims. Errors: usage, limit; environment where any_user is off.
    [[nodiscard]] result<std::shared_ptr<const user>> welcome(std::string_view name, std::string_view claims);
    [[nodiscard]] const organization* find_organization(std::string_view id_or_slug) const;

    // The claims that configuration adds to tokens; nullptr: none.
    [[nodiscard]] std::shared_ptr<const std::vector<claim_row>> claims() const;
    // Errors: usage, if a row is for an unknown user or client; limit (too many rows).
    [[nodiscard]] result<void> set_claims(std::vector<claim_row> rows);

    [[nodiscard]] std::shared_ptr<fault_set> faults() const;
    // Errors: as open_for(); then nothing has changed.
    [[nodiscard]] result<void> set_faults(std::shared_ptr<fault_set> f);
    // Adds faults; those already on keep their counts. Errors: as set_faults() and fault_set::from_json().
    [[nodiscard]] result<void> add_faults(const json::array& specs);
    // Removes one; the others keep their counts. Errors: as fault_set::without().
    [[nodiscard]] result<void> remove_fault(const json::value& spec);

    // A new token of that kind in the dialect's format. Kinds: "code", "access_user", "refresh_organization",
    // "client_id" …
    [[nodiscard]] std::string make_token(std::string_view kind);
    [[nodiscard]] std::string make_uuid() { return to_text(make_family()); }
    [[nodiscard]] uuid make_family();

    // The algorithms this issuer signs with, the default first.
    [[nodiscard]] const std::vector<std::string>& signing_algs() const;
    // The algorithm that the client registered as `member` ("id_token_signed_response_alg"), or the default.
    [[nodiscard]] std::string_view signing_alg(const client& c, std::string_view member) const;
    // The key for one of signing_algs(). These are development keys, shared and published.
    [[nodiscard]] oauth::jwk signing_key(std::string_view alg) const;
    // The keys of the JWK Set, by algorithm, the newest first.
    [[nodiscard]] std::vector<published_key> published_keys() const;
    // Signs with new keys, with another kid, from now on. `keep_old`: the previous keys stay in the JWK Set.
    void rotate_key(bool keep_old);
    [[nodiscard]] std::string csrf_token(const std::string& session_id) const;
    // The sid claim of a session (Back-Channel Logout §2.1). The session's cookie cannot be derived from it.
    [[nodiscard]] std::string sid(const std::string& session_id) const;

    // The nonce that DPoP proofs must have. It changes every five minutes; the previous one is still accepted.
    [[nodiscard]] std::string dpop_nonce(std::int64_t at) const;

    // If other mocks serve this issuer: takes over what was set at one of them, before a request is handled.
    void catch_up();
    // The same at the start. `configured`: how this mock was told to begin. If all mocks were told the same, it takes
    // over what has become of that; a mock that was told otherwise sets it for all.
    // Should the store lose all it has, this happens again, after `begin`, which stores the configured clients.
    void join(std::string configured, std::function<void()> begin);

    // Writes a request and its answer to the journal and to the counters; the counters use the status only.
    void note(journal_entry&& e);
    // True if notes are kept or printed.
    [[nodiscard]] bool is_watched() const;

private:
    issuer_state state_;  // before what refers to it

public:
    store& tokens;
    transients& short_lived;
    device_store& devices;
    remote_keys elsewhere;
    journal log;
    std::chrono::steady_clock::time_point made = std::chrono::steady_clock::now();

private:
    // `change` sets something here, which is then set at all mocks. Errors: those of `change`.
    result<void> set(const std::string& member, const std::function<result<void>()>& change);
    result<void> put_faults(std::shared_ptr<fault_set> f);
    result<void> install_faults(std::shared_ptr<fault_set> f);
    result<void> install_people(const std::function<result<void>(people&)>& change);
    void install_claims(std::vector<claim_row> rows);
    [[nodiscard]] bool is_shared() const { return is_joined_.load(std::memory_order_acquire); }
    void begin_shared();
    [[nodiscard]] std::shared_ptr<const std::string> secret() const;
    void take_over_secret(const std::string& agreed);
    [[nodiscard]] json::value setting(std::string_view member) const;
    [[nodiscard]] json::object clock_setting() const;
    [[nodiscard]] json::object keys_setting() const;
    [[nodiscard]] const issuer_urls& urls() const {
        auto* outer = outer_url::current();
        return outer == nullptr ? urls_ : outer->of(urls_);
    }
    [[nodiscard]] json::object faults_setting() const;
    [[nodiscard]] json::object people_setting() const;
    [[nodiscard]] json::array claims_setting() const;
    void apply(const shared_settings::version& v);
    void apply_faults(const json::value& v);
    void apply_people(const json::value& v);
    void apply_claims(const json::value& v);

    issuer_config config_;
    issuer_urls urls_;
    oauth::random_source random_;
    mutable std::mutex lock_;
    std::shared_ptr<const std::string> secret_;  // all mocks of the issuer have the same
    [[nodiscard]] const people& current_people() const;
    std::atomic<const people*> people_{nullptr};              // nullptr: those of `like`, or the demo people
    std::vector<std::unique_ptr<const people>> generations_;  // every version so far, without the demo people
    std::size_t people_kept_ = 0;
    strangers strangers_;
    std::mutex changing_;  // by who sets something, while the store is asked; requests do without
    std::mutex settling_;  // held after changing_ and before lock_: what is in force here changes
    std::string configured_;
    std::function<void()> begin_;
    json::object in_force_;  // the shared settings that are in force here
    std::atomic<bool> is_joined_{false};
    std::atomic<std::int64_t> version_{-1};  // of these settings
    std::shared_ptr<fault_set> faults_;
    std::shared_ptr<const std::vector<claim_row>> claims_;  // nullptr: those of `like`
    std::atomic<bool> has_claims_{false};
    std::atomic<bool> guessable_{false};  // make_token() counts: rule token.values_unguessable is off
    std::atomic<std::int64_t> offset_ms_{0};
    std::atomic<std::int64_t> frozen_ms_{-1};
    std::atomic<std::int64_t> tokens_made_{0};  // the next values, if the server counts
    [[nodiscard]] std::string kid_of(std::string_view alg) const;
    std::atomic<unsigned> key_{0};         // rotations so far
    std::atomic<unsigned> oldest_key_{0};  // the first that is still published
};

[[nodiscard]] json::object describe(const issuer& i);

}  // namespace assay::mock
