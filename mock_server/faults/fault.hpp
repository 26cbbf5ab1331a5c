// The vocabulary of faults: named misbehaviours as data, mock_server/faults/*.yaml, which the binary carries. A
// response fault is a composition of operations at a hook point; a defect is a rule switched off (rules.hpp).
// Thread-safe: definitions are constant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"

namespace assay::mock {

// Where operations take hold: callback (the redirect back to the client), id_token (before and after signing), or the
// answer of an endpoint; refusal: what an endpoint answers instead when a rule does not hold.
enum class hook : std::uint8_t {
    callback,
    id_token,
    token,
    refresh,
    userinfo,
    metadata,
    jwks,
    introspect,
    revoke,
    resource,
    page,
    authorize,
    registration,
    par,
    refusal
};
[[nodiscard]] std::optional<hook> parse_hook(std::string_view name);  // "register" for registration
[[nodiscard]] std::string_view hook_name(hook h);
[[nodiscard]] std::vector<std::string> hook_names();

// One step of a fault, "claims.set", "status", "tcp.reset_after" …; operation_rows.hpp has them all.
struct operation {
    std::string name;
    json::value arguments;
};

// The counterpart of a fault at another hook: what the JWK Set shows once an ID Token was signed with the new key.
struct fault_part {
    hook at = hook::jwks;
    std::vector<operation> operations;
};

struct fault {
    std::string name;
    std::string group;  // the file it stands in: "callback", "http", "tls" …
    hook at = hook::token;
    std::vector<hook> places;  // where it can act; more than one: @userinfo, @jwks … chooses
    std::string summary;
    std::string breaks;         // the clause; empty where a correct party must cope
    std::string correct_party;  // what a correct party does
    json::object parameters;    // names and defaults; a value has the type of its default
    json::object limits;        // [least, most] of every integer parameter, and of integers in a list or a map
    json::object choices;       // the texts that a parameter, or each value in its list or map, can be
    json::object keys;          // the names that the map of a parameter can have
    std::string when;           // qualifiers that hold unless others are given: "2+"
    std::vector<operation> operations;
    std::vector<fault_part> also;
};
// More than one place: it can be chosen.
[[nodiscard]] inline bool has_choice_of_place(const fault& f) {
    return f.places.size() > 1;
}
// Sorted by name.
[[nodiscard]] const std::vector<fault>& faults();
// Errors: not_found with the nearest name.
[[nodiscard]] result<const fault*> find_fault(std::string_view name);
[[nodiscard]] result<std::vector<fault>> parse_faults(std::string_view text, std::string file);

}  // namespace assay::mock
