// Faults: named misbehaviours as data. A defect is a rule switched off; a response fault is a composition of
// operations at a hook point. Definitions are mock_server/faults/*.yaml, which the binary carries. Thread-safe:
// definitions are constant, the hit counters of an active fault are atomic.
#pragma once

#include <atomic>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/rules.hpp"

namespace assay::mock {

// Where operations take hold: callback (the redirect back to the client), id_token (before and after signing), or the
// answer of an endpoint: token, refresh, userinfo, metadata, jwks, introspect, revoke, resource, page.
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
    page
};
[[nodiscard]] std::optional<hook> parse_hook(std::string_view name);
[[nodiscard]] std::string_view hook_name(hook h);

// One step of a fault: "claims.set", "claims.drop", "claims.shift", "jose.set", "jose.drop", "sign", "signature",
// "token", "json.set", "json.drop", "header.set", "header.drop", "query.set", "query.drop", "status", "body".
struct operation {
    std::string name;
    json::value arguments;
};

struct fault {
    std::string name;
    hook at = hook::token;
    std::string summary;
    std::string breaks;         // the clause
    std::string correct_party;  // what a correct party does
    json::object parameters;    // names and defaults
    std::vector<operation> operations;
};
[[nodiscard]] const std::vector<fault>& faults();
// Errors: not_found with the nearest name.
[[nodiscard]] result<const fault*> find_fault(std::string_view name);
[[nodiscard]] result<std::vector<fault>> parse_faults(std::string_view text, std::string file);

// What an issuer misbehaves in right now.
class fault_set {
public:
    // A spec is a name, or {"fault": name, parameters…, "nth": n, "once": true}, or {"defect": rule}; a list of them.
    // Errors: usage, with the nearest valid name.
    [[nodiscard]] static result<std::shared_ptr<fault_set>> from_json(const json::value& specs);

    [[nodiscard]] bool defect(rule r) const { return defects_[static_cast<std::size_t>(r)]; }
    [[nodiscard]] bool none_at(hook h) const;
    // The operations that apply to this call, in order, parameters and the call's own values (client_id …) filled in;
    // counts the call. `names` collects the faults that took part.
    [[nodiscard]] std::vector<operation> take(hook h, const json::object& call, std::vector<std::string>& names);
    [[nodiscard]] const json::array& specs() const { return specs_; }

private:
    struct active {
        const fault* what = nullptr;
        json::object parameters;
        std::optional<std::int64_t> nth;
        bool once = false;
        std::atomic<std::int64_t> calls{0};
    };
    std::bitset<rule_count> defects_;
    std::vector<std::unique_ptr<active>> active_;
    json::array specs_;
};

// Operations on a JSON object: json.set, json.drop (also used for claims and header members).
void apply_members(json::object& target, const std::vector<operation>& operations, std::string_view prefix);

}  // namespace assay::mock
