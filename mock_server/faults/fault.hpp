// The vocabulary of faults: named misbehaviours as data, mock_server/faults/*.yaml, which the binary carries. A
// response fault is a composition of operations at a hook point; a defect is a rule switched off (rules.hpp).
// Thread-safe: definitions are constant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/faults/operation.hpp"

namespace assay::mock {

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
// How far its operations reach, the farthest of them.
[[nodiscard]] operation_reach reach_of(const fault& f);
// Sorted by name.
[[nodiscard]] const std::vector<fault>& faults();
// Errors: not_found with the nearest name.
[[nodiscard]] result<const fault*> find_fault(std::string_view name);
[[nodiscard]] result<std::vector<fault>> parse_faults(std::string_view text, std::string file);

}  // namespace assay::mock
