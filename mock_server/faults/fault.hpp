// The vocabulary of faults: named misbehaviours as data in mock_server/faults/*.yaml, which is embedded in the
// binary. A response fault is a list of operations at a hook; a defect is a rule that is switched off (rules.hpp).
// Thread-safe: definitions are constant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/faults/operation.hpp"

namespace assay::mock {

// The part of a fault that acts at another hook: the JWK Set, after an ID Token was signed with the new key.
struct fault_part {
    hook at = hook::jwks;
    std::vector<operation> operations;
};

struct fault {
    std::string name;
    std::string group;  // the name of its file: "callback", "http", "tls" …
    hook at = hook::token;
    std::vector<hook> places;  // where it can act; if there are several, @userinfo, @jwks … chooses one
    std::string summary;
    std::string breaks;         // the violated clause; empty for behaviour that a correct client must tolerate
    std::string correct_party;  // what a correct client does
    json::object parameters;    // names and defaults; a value has the type of its default
    json::object limits;        // [least, most] of every integer parameter, and of integers in a list or a map
    json::object choices;       // allowed texts of a parameter, or of each value in its list or map
    json::object keys;          // allowed member names of a parameter that is a map
    std::string when;           // qualifiers when the spec has none: "2+"
    std::vector<operation> operations;
    std::vector<fault_part> also;
};
// There is more than one place, so one can be chosen.
[[nodiscard]] inline bool has_choice_of_place(const fault& f) {
    return f.places.size() > 1;
}
// The farthest reach of its operations.
[[nodiscard]] operation_reach reach_of(const fault& f);
// Sorted by name.
[[nodiscard]] const std::vector<fault>& faults();
// Errors: not_found with the nearest name.
[[nodiscard]] result<const fault*> find_fault(std::string_view name);
[[nodiscard]] result<std::vector<fault>> parse_faults(std::string_view text, std::string file);

}  // namespace assay::mock
