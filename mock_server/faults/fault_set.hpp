// What an issuer misbehaves in right now: specs (fault_spec.hpp) with their counters. Thread-safe.
#pragma once

#include <atomic>
#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/faults/fault_spec.hpp"
#include "mock_server/faults/operation.hpp"

namespace assay::mock {

// Of one call, for counting: who calls, and with which authorization code (or refresh token).
struct fault_caller {
    std::string client;
    std::string code;
};

// What one fault does to one call. It counts as fired where the answer is another one for it (see fault_set::note).
struct taken_fault {
    std::string name;
    std::vector<operation> operations;   // parameters and the call's own values filled in
    std::optional<std::size_t> counted;  // which fault; nullopt: the counterpart of one that is on elsewhere
};

// All of them, in order.
[[nodiscard]] std::vector<operation> operations_of(const std::vector<taken_fault>& taken);

class fault_set {
public:
    // A spec or a list of them, each as fault_spec_from_json() reads it. Errors: usage, with the nearest valid name.
    [[nodiscard]] static result<std::shared_ptr<fault_set>> from_json(const json::value& specs);
    // The text of an issuer URL: faults joined by '~'.
    [[nodiscard]] static result<std::shared_ptr<fault_set>> from_text(std::string_view text);

    // These and `more` behind them: the counts of these go on. Errors: as from_json().
    [[nodiscard]] result<std::shared_ptr<fault_set>> with(const json::array& more) const;

    // Of probabilities whose spec names no seed: the same seed, the same draws.
    void seed_with(std::string seed);

    [[nodiscard]] bool defect(rule r) const { return defects_[static_cast<std::size_t>(r)]; }
    // The rule is off for some requests only; ask take_defect() once a request.
    [[nodiscard]] bool defect_at_times(rule r) const { return at_times_[static_cast<std::size_t>(r)]; }
    [[nodiscard]] bool take_defect(rule r, const fault_caller& who);

    [[nodiscard]] bool none_at(hook h) const;
    // The first fault that is on where `has_place` says no, and that place; nullopt: each can act.
    [[nodiscard]] std::optional<std::pair<std::string, hook>> out_of_place(
        const std::function<bool(hook)>& has_place) const;
    // Some fault is composed of that operation.
    [[nodiscard]] bool uses(std::string_view operation) const { return !operations_named(operation).empty(); }
    // Those operations as the vocabulary has them, parameters not filled in.
    [[nodiscard]] std::vector<const operation*> operations_named(std::string_view name) const;
    // The argument of the first of those, parameters filled in; nullopt: no fault has it.
    [[nodiscard]] std::optional<json::value> argument_of(std::string_view operation) const;
    // The faults that apply to this call, in order; `call`: its own values (client_id …). Counts the call.
    [[nodiscard]] std::vector<taken_fault> take(hook h, const fault_caller& who, const json::object& call);
    // That fault changed what was sent.
    void note(const taken_fault& t);
    // So did the first one composed of that operation; its name, or empty where there is none.
    std::string note_operation(std::string_view operation);
    // Keeps what a correct server would have sent ("callback", "id_token", "claims") and returns what it was before
    // (empty: nothing yet).
    [[nodiscard]] json::value exchange_previous(const std::string& what, json::value now);
    [[nodiscard]] const json::array& specs() const { return specs_; }
    // How often each of specs() changed what was sent; null for a rule that is off for every request, which nobody
    // counts.
    [[nodiscard]] json::array fired() const;

private:
    struct active {
        explicit active(fault_spec s) : spec(std::move(s)) {}
        [[nodiscard]] bool applies(const fault_caller& who, const std::string& seed);
        [[nodiscard]] bool has(std::string_view operation) const;

        fault_spec spec;
        std::atomic<std::int64_t> fired{0};
        std::mutex lock;
        std::unordered_map<std::string, std::int64_t> calls;  // per client or code
    };
    void add(fault_spec s);

    std::bitset<rule_count> defects_;
    std::bitset<rule_count> at_times_;
    std::vector<std::shared_ptr<active>> active_;
    json::array specs_;
    std::vector<const active*> of_specs_;  // nullptr: not counted
    std::string seed_;
    mutable std::mutex lock_;
    std::unordered_map<std::string, json::value> previous_;
};

}  // namespace assay::mock
