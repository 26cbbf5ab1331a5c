// Where an issuer keeps its state: in memory, or where the other mocks of the same issuer find it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "data/json.hpp"
#include "mock_server/faults/shared_counters.hpp"
#include "mock_server/issuer/client_registry.hpp"
#include "mock_server/store/device_store.hpp"
#include "mock_server/store/memory_budget.hpp"
#include "mock_server/store/store.hpp"
#include "mock_server/store/transients.hpp"

namespace assay::mock {

// What the mocks of an issuer have in common besides its state: a secret, counters, and what can be set at run time.
// Failures are outages (outage.hpp). Thread-safe.
class shared_settings : public shared_counters {
public:
    struct version {
        std::int64_t number = 0;
        json::object members;
        std::string secret;
    };

    // The secret of the first mock that proposed one; empty: an outage.
    [[nodiscard]] virtual std::string agree_on_secret(const std::string& proposal) = 0;
    // The settings, if they have another number; 0: there are none, or no longer.
    [[nodiscard]] virtual std::optional<version> newer_than(std::int64_t number) = 0;
    // Replaces these members for all mocks. The new number of the settings; 0: an outage.
    virtual std::int64_t publish(const json::object& members) = 0;
};

struct issuer_state {
    std::unique_ptr<store> tokens;
    std::unique_ptr<transients> short_lived;
    std::unique_ptr<client_registry> clients;
    std::unique_ptr<device_store> devices;
    std::shared_ptr<shared_settings> settings{};  // nullptr: this mock is the only one
};

// Thread-safe.
class backing {
public:
    backing() = default;
    backing(const backing&) = delete;
    backing& operator=(const backing&) = delete;
    virtual ~backing() = default;

    // The state of the issuer of that name; mocks that open the same name share it. `passing`: the issuer comes and
    // goes without being deleted, so nothing of it stays for good. `now`: the issuer's clock, seconds.
    [[nodiscard]] virtual issuer_state open(const std::string& issuer_name, bool passing,
                                            std::function<std::int64_t()> now) = 0;
    // Deletes the state of that issuer.
    virtual void forget(const std::string& issuer_name) = 0;
    // For people: where it is, without secrets.
    [[nodiscard]] virtual std::string shown() const = 0;
    [[nodiscard]] virtual bool is_up() const = 0;  // the last operation was done
};

// `gives_first`: evicted before other issuers of the budget, as fault issuers are. No budget: limited in number only.
[[nodiscard]] issuer_state in_memory(const std::shared_ptr<memory_budget>& of, bool gives_first);

}  // namespace assay::mock
