// How a step of a server check ended. A check fails only for what it is about; anything that prevents it from judging
// that makes it undecided. Pure functions. Thread-safe: plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

enum class ending_kind {
    answered,        // the run continues
    finding,         // the rule was seen violated
    not_applicable,  // the server does not offer what the step needs: skip
    undecided,       // a precondition failed: error, neither pass nor fail
};

struct ending {
    ending_kind kind = ending_kind::answered;
    std::string reason;  // one sentence; empty for `answered`
};

// What it means for the check that a verb failed. Level `rob` asks whether the server survives the request: there, no
// answer or an answer that is not HTTP is a finding.
[[nodiscard]] ending ending_of(const error& e, const step& s, reports::level level, bool anything_sent);

// Why this answer decides nothing about `expect`, or nullopt. A refusal is 400 or 401 (RFC 6749 §5.2). A server error
// or 404 in its place may have any reason; so may 429 or 503 (RFC 6585 §4, RFC 9110 §15.6.4). Errors: those of
// interpolation.
[[nodiscard]] result<std::optional<std::string>> undecidable(const std::vector<assertion>& expect,
                                                             const observation& a, const variables& vars);

// The same for server_error and temporarily_unavailable in a redirect, which stand for 500 and 503 (RFC 6749
// §4.1.2.1), unless the step expects an error code: they do not refuse the request.
[[nodiscard]] std::optional<std::string> server_failed(const step& s, const observation& a);

}  // namespace assay::harness
