// Flows: what one arrival does, as a state machine of requests and responses, without sockets. A flow object belongs
// to one worker and handles any number of iterations at once; the state of an iteration is in `iteration`. Not
// thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/load/connection/response.hpp"
#include "harness/load/flows/material.hpp"
#include "harness/load/measurement/recorder.hpp"
#include "oauth/jwk.hpp"

namespace assay::load {

class flow;

// An ID Token whose key the client has not fetched yet.
struct held_token {
    std::string id_token, access_token;
    std::size_t client = 0;
};

// A request whose response has come; times in ns since the start.
struct answered_request {
    recorder::request_id request = 0;
    std::int64_t due = 0, sent = 0, at = 0;
};

struct iteration {
    flow* does = nullptr;
    int step = 0;
    recorder::request_id request = 0;
    std::int64_t intended = 0;  // time of the arrival; ns since the start
    std::int64_t due = 0;       // when the next or current request is due
    std::int64_t sent = 0;
    std::string bytes;  // of the request
    grant with;
    std::string state;
    session* of = nullptr;
    std::string spare;  // the old refresh token after rotation
    held_token waits_for_keys;
    answered_request answered;
};

struct person {
    std::string username;
    std::string sub;
};

// The target of a load and its client. Paths are request targets on the one origin.
struct target {
    std::string issuer;
    std::string authority;
    std::string authorize, token, introspect, userinfo, jwks, metadata;  // empty: not available
    std::string client_id, client_secret, auth_method, redirect_uri;
    std::string scope = "openid email";
    bool by_request = false;  // assay_* parameters sign in (the mock)
    bool pkce = true;
    bool connection_per_request = false;
    std::vector<person> people;
    oauth::jwks keys;
};

struct flow_options {
    std::string name;
    std::uint64_t weight = 1;
    double replay = 0;  // share of codes or refresh tokens that are used a second time
    bool verify_id_token = false;
    std::uint64_t key_caches = 0;  // number of clients that verify, each with its own key set; 0: one
    std::string path;              // flow `request`
};

// Returned by on_response; success: `kind` is empty.
struct judgement {
    std::string_view kind;  // "status 500", "no access_token", …: a row of the error table
    std::string sample;
    bool more = false;   // iteration.bytes has another request
    bool waits = false;  // flow::conclude() tells the judgement
};
using told = std::function<void(iteration&, const judgement&)>;

class flow {
public:
    flow() = default;
    flow(const flow&) = delete;
    flow& operator=(const flow&) = delete;
    virtual ~flow() = default;
    // Prepares the first request; false when no code or session is available for it.
    [[nodiscard]] virtual bool begin(iteration& it) = 0;
    [[nodiscard]] virtual judgement on_response(iteration& it, const response& a) = 0;
    // Judges the responses whose judgement waits, all together; called soon after each round of responses.
    virtual void conclude(const told&) {}
    // No response came: returns borrowed sessions.
    virtual void abandon(iteration&) {}

    recorder::request_id whole = 0;  // id of the whole flow in the recorder, plus one; 0: not measured as a whole
};

// The issuer's clock minus ours, in seconds; while an event moves it, tokens of either time are valid.
struct issuer_clock {
    std::atomic<std::int64_t> ahead_s{0};
    std::atomic<std::int64_t> before_s{0};
};

// Shared by the flows of one worker.
struct flow_context {
    const target& to;
    recorder& records;
    code_supply* codes = nullptr;
    std::vector<session*> sessions{};  // of this worker only
    std::uint64_t seed = 0;
    const issuer_clock* clock = nullptr;  // nullptr: same as our clock
};

// All names.
[[nodiscard]] const std::vector<std::string>& flow_names();
// Whether the flow needs codes (or sessions) that are prepared before the run.
[[nodiscard]] bool needs_codes(const flow_options& o);
[[nodiscard]] bool needs_sessions(const flow_options& o);
// Whether the flow gets ID Tokens and can verify them on request.
[[nodiscard]] bool can_verify(const flow_options& o);
// Whether the flow can use a code or a refresh token a second time.
[[nodiscard]] bool can_replay(const flow_options& o);
// Errors: unsupported (the server does not have the endpoint), usage (unknown name).
[[nodiscard]] result<std::unique_ptr<flow>> make_flow(const flow_options& o,
                                                      const std::shared_ptr<flow_context>& context);

}  // namespace assay::load
