// What an issuer misbehaves in right now: specs (fault_spec.hpp) with their counters. Thread-safe.
#pragma once

#include <atomic>
#include <bitset>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/faults/fault_spec.hpp"
#include "mock_server/faults/operations.hpp"

namespace assay::mock {

// Of one call, for counting: who calls, and with which authorization code (or refresh token).
struct fault_caller {
    std::string client;
    std::string code;
};

class fault_set {
public:
    // A spec or a list of them, each as fault_spec_from_json() reads it. Errors: usage, with the nearest valid name.
    [[nodiscard]] static result<std::shared_ptr<fault_set>> from_json(const json::value& specs);
    // The text of an issuer URL: faults joined by '~'.
    [[nodiscard]] static result<std::shared_ptr<fault_set>> from_text(std::string_view text);

    // Of probabilities whose spec names no seed: the same seed, the same draws.
    void seed_with(std::string seed);

    [[nodiscard]] bool defect(rule r) const { return defects_[static_cast<std::size_t>(r)]; }
    // The rule is off for some requests only; ask take_defect() once a request.
    [[nodiscard]] bool defect_at_times(rule r) const { return at_times_[static_cast<std::size_t>(r)]; }
    [[nodiscard]] bool take_defect(rule r, const fault_caller& who);

    [[nodiscard]] bool none_at(hook h) const;
    // Some fault is composed of that operation.
    [[nodiscard]] bool uses(std::string_view operation) const { return !operations_named(operation).empty(); }
    // Those operations as the vocabulary has them, parameters not filled in.
    [[nodiscard]] std::vector<const operation*> operations_named(std::string_view name) const;
    // The argument of the first of those, parameters filled in; nullopt: no fault has it.
    [[nodiscard]] std::optional<json::value> argument_of(std::string_view operation) const;
    // The operations that apply to this call, in order, parameters and the call's own values (client_id …) filled in;
    // counts the call. `names` collects the faults that took part.
    [[nodiscard]] std::vector<operation> take(hook h, const fault_caller& who, const json::object& call,
                                              std::vector<std::string>& names);
    // Keeps what a correct server would have sent ("callback", "id_token", "claims") and returns what it was before
    // (empty: nothing yet).
    [[nodiscard]] json::value exchange_previous(const std::string& what, json::value now);
    [[nodiscard]] const json::array& specs() const { return specs_; }
    // How often each of specs() applied; null for a rule that is off for every request, which nobody counts.
    [[nodiscard]] json::array fired() const;

private:
    struct active {
        explicit active(fault_spec s) : spec(std::move(s)) {}
        [[nodiscard]] bool applies(const fault_caller& who, const std::string& seed);

        fault_spec spec;
        std::atomic<std::int64_t> fired{0};
        std::mutex lock;
        std::unordered_map<std::string, std::int64_t> calls;  // per client or code
    };
    void add(fault_spec s);

    std::bitset<rule_count> defects_;
    std::bitset<rule_count> at_times_;
    std::vector<std::unique_ptr<active>> active_;
    json::array specs_;
    std::vector<const active*> of_specs_;  // nullptr: not counted
    std::string seed_;
    std::mutex lock_;
    std::unordered_map<std::string, json::value> previous_;
};

}  // namespace assay::mock
