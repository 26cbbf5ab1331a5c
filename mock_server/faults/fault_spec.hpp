// A fault with its parameters and qualifiers: one syntax for an issuer URL (`/f/…`), the command line and JSON texts.
//
//   id_token_aud_wrong                     the fault, each time
//   token_status=503                       … its first parameter
//   callback_error=access_denied;description=No     … and others by name
//   defect:token.code_verifier_matches     a rule switched off
//   http_status=500@jwks@2                 … at that endpoint, the second time only
//
// Qualifiers after '@': 2, 2-4, 2+, once, after=2, every=3, client, code, client=ID, p=0.3, seed=TEXT, or a hook (for
// a fault of any endpoint's answer). Several faults are joined by '~'. %XX encodes a byte, so that a value can
// contain ~ @ ; or /. A value that is valid JSON is that JSON value. Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/faults/fault.hpp"
#include "mock_server/rules/rules.hpp"

namespace assay::mock {

constexpr std::size_t fault_text_max = 1024;  // bytes of a list of faults as text
constexpr std::size_t fault_list_max = 16;    // faults of one issuer by URL

enum class counted_by { issuer, client, code };

// Calls count from 1, at the fault's hook.
struct qualifiers {
    std::int64_t from = 1;
    std::int64_t to = 0;  // 0: without end
    std::int64_t every = 1;
    counted_by per = counted_by::issuer;
    std::string client{};  // this client's calls only; empty: all
    double probability = 1;
    std::string seed{};  // of the probability; empty: the issuer's
};

struct fault_spec {
    const fault* what = nullptr;   // set, or
    std::optional<rule> defect{};  // the rule that is switched off
    hook at = hook::token;
    json::object parameters{};  // complete: defaults and given values
    qualifiers when{};
};

// Errors: usage, with the nearest valid name and the allowed values.
[[nodiscard]] result<fault_spec> parse_fault_spec(std::string_view text);
[[nodiscard]] result<std::vector<fault_spec>> parse_fault_list(std::string_view text);
// A text as above, or {"fault": name, parameters…, "nth": n, "once": true, "after": n, "every": n, "per": "client" or
// "code", "client": id, "probability": p, "seed": text, "at": hook}, or {"defect": rule, …}.
[[nodiscard]] result<fault_spec> fault_spec_from_json(const json::value& v);

}  // namespace assay::mock
