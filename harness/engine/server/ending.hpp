// How a step of a server check ended. Only what a check is about may fail; whatever keeps a check from looking at it
// is undecided. Pure functions. Thread-safe: plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

enum class ending_kind {
    answered,        // the walk goes on
    finding,         // the rule itself was seen broken
    not_applicable,  // the server does not offer what the step needs: a skip
    undecided,       // a precondition did not hold: an error, never a pass and never a fail
};

struct ending {
    ending_kind kind = ending_kind::answered;
    std::string reason;  // one sentence; empty for `answered`
};

// What a verb that could not be carried out means for its check. At level `rob` the check asks whether the server
// survives what was sent, so no answer, or one that is no HTTP, is what it is about.
[[nodiscard]] ending ending_of(const error& e, const step& s, reports::level level, bool anything_sent);

// Why this answer says nothing about `expect`, or nullopt. A refusal (RFC 6749 §5.2: 400 or 401) that comes as a
// server error, or as "there is nothing here" (404), may have any reason; so has one of 429 or 503 (RFC 6585 §4, RFC
// 9110 §15.6.4). Errors: those of interpolation.
[[nodiscard]] result<std::optional<std::string>> undecidable(const std::vector<assertion>& expect,
                                                             const observation& a, const variables& vars);

// The same for an authorization response that says by redirect what a 500 or 503 says (RFC 6749 §4.1.2.1:
// server_error, temporarily_unavailable), unless the step asks for the error code: it is no refusal of this request.
[[nodiscard]] std::optional<std::string> server_failed(const step& s, const observation& a);

}  // namespace assay::harness
