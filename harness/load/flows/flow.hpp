// Flows: what one arrival does, as a small machine of requests and answers without sockets. A flow object belongs to
// one worker and carries any number of iterations at once; what is of one iteration stands in `iteration`.
// Not thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/load/connection/answer.hpp"
#include "harness/load/flows/material.hpp"
#include "harness/load/measurement/recorder.hpp"
#include "oauth/jwk.hpp"

namespace assay::load {

class flow;

// An ID Token whose key its client does not hold yet.
struct held_token {
    std::string id_token, access_token;
    std::size_t client = 0;
};

struct iteration {
    flow* does = nullptr;
    int step = 0;
    recorder::leg_id leg = 0;
    std::int64_t intended = 0;  // of the arrival; ns since the start
    std::int64_t due = 0;       // of the request that is next or on its way
    std::int64_t sent = 0;
    std::string request;  // its bytes
    grant with;
    std::string state;
    session* of = nullptr;
    std::string spare;  // a refresh token that was rotated away
    held_token waits_for_keys;
};

struct person {
    std::string username;
    std::string sub;
};

// Whom a load talks to, and as whom. Paths are request targets on the one origin.
struct party {
    std::string issuer;
    std::string authority;
    std::string authorize, token, introspect, userinfo, jwks, metadata;  // empty: there is none
    std::string client_id, client_secret, auth_method, redirect_uri;
    std::string scope = "openid email";
    bool by_request = false;  // assay_* parameters sign in (the mock)
    bool pkce = true;
    std::vector<person> people;
    oauth::jwks keys;
};

struct flow_options {
    std::string name;
    std::uint64_t weight = 1;
    double replay = 0;  // share of codes or refresh tokens that are tried a second time
    bool verify_id_token = false;
    std::uint64_t key_caches = 0;  // clients that verify, each with a key set of its own; 0: one
    std::string path;              // flow `request`
};

// Returned by on_answer: an empty `kind` is good.
struct judgement {
    std::string_view kind;  // "status 500", "no access_token", …: the words of the error table
    std::string sample;
    bool more = false;  // iteration.request holds another request
};

class flow {
public:
    flow() = default;
    flow(const flow&) = delete;
    flow& operator=(const flow&) = delete;
    virtual ~flow() = default;
    // The first request; false when there is nothing to send it with.
    [[nodiscard]] virtual bool begin(iteration& it) = 0;
    [[nodiscard]] virtual judgement on_answer(iteration& it, const answer& a) = 0;
    // No answer came: what was borrowed goes back.
    virtual void abandon(iteration&) {}

    recorder::leg_id whole = 0;  // the leg of the whole flow, plus one; 0: it has none of its own
};

// The issuer's clock against ours; while the plan moves it, tokens of before and of after are good.
struct issuer_clock {
    std::atomic<std::int64_t> ahead_s{0};
    std::atomic<std::int64_t> before_s{0};
};

// Shared by the flows of one worker.
struct flow_context {
    const party& to;
    recorder& records;
    code_supply* codes = nullptr;
    std::vector<session*> sessions{};  // this worker's own
    std::uint64_t seed = 0;
    const issuer_clock* clock = nullptr;  // none: as ours
};

// The names there are.
[[nodiscard]] const std::vector<std::string>& flow_names();
// Flows that need codes, and flows that need sessions, prepared before the run.
[[nodiscard]] bool needs_codes(const flow_options& o);
[[nodiscard]] bool needs_sessions(const flow_options& o);
// Flows that verify ID Tokens, where they are asked to.
[[nodiscard]] bool can_verify(const flow_options& o);
// Flows that can try a code or a refresh token a second time.
[[nodiscard]] bool can_replay(const flow_options& o);
// Errors: unsupported (the server has no such endpoint), usage (unknown name).
[[nodiscard]] result<std::unique_ptr<flow>> make_flow(const flow_options& o,
                                                      const std::shared_ptr<flow_context>& context);

}  // namespace assay::load
