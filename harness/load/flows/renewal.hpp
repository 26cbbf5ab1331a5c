// Access tokens are made before the run and expire during it. A request with an expired one would be refused for our
// own mistake, so a session is refreshed (RFC 6749 §6) at half the life of its token, before the next request that
// uses it. A token whose answer named no expires_in is used for as long as the run lasts. Not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/load/flows/flow.hpp"
#include "harness/load/flows/flow_parts.hpp"

namespace assay::load {

// The sessions of one worker's flow, taken in turn; several requests may use one session at the same time.
class renewed_sessions {
public:
    explicit renewed_sessions(std::shared_ptr<flow_context> c);

    // Sets it.of to the next session. nullptr: every session is being refreshed or has no usable token. A session is
    // not refreshed while a request uses its access token: a server may revoke that token.
    [[nodiscard]] session* next(iteration& it);
    // Makes the request that refreshes it.of, when its token is too old; false: the token can be used.
    [[nodiscard]] bool renew(iteration& it, request_writer& writer);
    // The answer to that request: an empty `kind` when it.of has a new access token.
    // Where none comes, the session is not used again: the server may have rotated its refresh token.
    [[nodiscard]] judgement take(iteration& it, const response& a);

private:
    // Seconds that the issuer's clock is ahead of ours.
    [[nodiscard]] std::int64_t ahead_s() const;
    [[nodiscard]] bool too_old(const session& s) const;

    std::shared_ptr<flow_context> context_;
    recorder::request_id request_;
    std::size_t at_ = 0;
    std::string fields_;
};

}  // namespace assay::load
