// The operations that faults are composed of, on plain data: members of JSON objects (claims, JOSE header, query of
// the redirect), an HTTP answer, and the plan that sends it. Pure functions, thread-safe. An operation on something
// that is not there (a member of a body that is no JSON) changes nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "http/message.hpp"
#include "mock_server/faults/fault.hpp"

namespace assay::mock {

[[nodiscard]] std::vector<std::string> operation_names();

// "${name}" in texts and member names takes the parameter, or else the value of this call; as a whole text with its
// type.
[[nodiscard]] json::value filled(const json::value& v, const json::object& parameters, const json::object& call);

// PREFIX.set {name: value}, PREFIX.drop [name], PREFIX.add {name: value} (beside one of that name), PREFIX.shift
// {name: seconds} (an absent one counts from iat), PREFIX.retype {name: string|number|float|object|array|null},
// PREFIX.null [name].
void apply_members(json::object& target, const std::vector<operation>& operations, std::string_view prefix);

// status, reason, header.*, body.*, json.*, jwks.*, endpoint.* (of the metadata: query {member: text}, move PREFIX,
// which dispatch() knows, origin {of: member, at: which of tls_origins}). body.form with a text is for requests whose
// Accept, that text, asks for no JSON.
void apply_to_answer(http::response& r, const std::vector<operation>& operations);

// The answer as tcp.* and http.interim want it sent.
[[nodiscard]] http::plan plan_of(http::response r, const std::vector<operation>& operations);

}  // namespace assay::mock
