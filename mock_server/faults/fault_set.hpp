// The faults of an issuer that are on: specs (fault_spec.hpp) with their counters. Thread-safe.
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
#include "mock_server/faults/shared_counters.hpp"

namespace assay::mock {

// For counting calls: the client, and the authorization code or refresh token of the call.
struct fault_caller {
    std::string client;
    std::string code;
};

// What one fault does to one call. It counts as fired only if it changes what is sent (see fault_set::note).
struct taken_fault {
    std::string name;
    std::vector<operation> operations;   // arguments with all placeholders filled in
    std::optional<std::size_t> counted;  // index of the fault to count; nullopt: the part of a fault at another hook
};

// All of them, in order.
[[nodiscard]] std::vector<operation> operations_of(const std::vector<taken_fault>& taken);

class fault_set {
public:
    // A spec or a list of them, each as fault_spec_from_json() reads it. Errors: usage, with the nearest valid name.
    [[nodiscard]] static result<std::shared_ptr<fault_set>> from_json(const json::value& specs);
    // The text of an issuer URL: faults joined by '~'.
    [[nodiscard]] static result<std::shared_ptr<fault_set>> from_text(std::string_view text);

    // A new set: these faults with their counters, then `more`. Errors: as from_json().
    [[nodiscard]] result<std::shared_ptr<fault_set>> with(const json::array& more) const;

    // A new set: these faults with their counters, except the newest whose spec is `spec`. Errors: not_found.
    [[nodiscard]] result<std::shared_ptr<fault_set>> without(const json::value& spec) const;

    // Counts with other mocks that have these faults. `ids`: those of the faults there, in order of specs(); beyond
    // its end faults get a new one. Faults that are shared already stay as they are; the others must not be in use.
    void share(std::shared_ptr<shared_counters> with, const std::vector<std::string>& ids);
    [[nodiscard]] std::vector<std::string> ids() const;  // "" where nothing is counted

    // The seed for probabilities whose spec has none: the same seed gives the same draws.
    void seed_with(std::string seed);

    [[nodiscard]] bool defect(rule r) const { return defects_[static_cast<std::size_t>(r)]; }
    // The rule is off for some requests only; call take_defect() once for each request.
    [[nodiscard]] bool defect_at_times(rule r) const { return at_times_[static_cast<std::size_t>(r)]; }
    [[nodiscard]] bool take_defect(rule r, const fault_caller& who);

    [[nodiscard]] bool none_at(hook h) const;
    // The first fault whose place does not exist according to `has_place`, and that place; nullopt: all can act.
    [[nodiscard]] std::optional<std::pair<std::string, hook>> out_of_place(
        const std::function<bool(hook)>& has_place) const;
    // Whether a fault that is on has that operation.
    [[nodiscard]] bool uses(std::string_view operation) const { return !operations_named(operation).empty(); }
    // Those operations as defined, without values for the placeholders.
    [[nodiscard]] std::vector<const operation*> operations_named(std::string_view name) const;
    // The argument of the first such operation with placeholders filled in; nullopt: no fault has it.
    [[nodiscard]] std::optional<json::value> argument_of(std::string_view operation) const;
    // The faults that apply to this call, in order. `call`: values for placeholders (client_id …). Counts the call.
    [[nodiscard]] std::vector<taken_fault> take(hook h, const fault_caller& who, const json::object& call);
    // Counts that fault as fired: it changed what was sent.
    void note(const taken_fault& t);
    // Counts the first fault with that operation as fired; returns its name, or empty when there is none.
    std::string note_operation(std::string_view operation);
    // Stores what a correct server would have sent ("callback", "id_token", "claims") and returns the stored value
    // before it (null: nothing yet).
    [[nodiscard]] json::value exchange_previous(const std::string& what, json::value now);
    [[nodiscard]] const json::array& specs() const { return specs_; }
    // How often each of specs() changed what was sent; null for a rule that is off for every request, which is not
    // counted.
    [[nodiscard]] json::array fired() const;

private:
    struct active {
        explicit active(fault_spec s) : spec(std::move(s)) {}
        [[nodiscard]] bool applies(const fault_caller& who, const std::string& seed);
        void count_fired();
        [[nodiscard]] std::int64_t times_fired() const;
        [[nodiscard]] bool has(std::string_view operation) const;

        fault_spec spec;
        std::string id{};                           // among all mocks
        std::shared_ptr<shared_counters> shared{};  // nullptr: counted here
        std::atomic<std::int64_t> fired{0};
        std::mutex lock;
        std::unordered_map<std::string, std::int64_t> calls;  // per client or code
    };
    void add(fault_spec s);

    std::bitset<rule_count> defects_;
    std::bitset<rule_count> at_times_;
    std::vector<std::shared_ptr<active>> active_;
    json::array specs_;
    std::vector<active*> of_specs_;  // nullptr: not counted
    std::string seed_;
    mutable std::mutex lock_;
    std::unordered_map<std::string, json::value> previous_;
};

}  // namespace assay::mock
