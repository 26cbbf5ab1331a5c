// Where an issuer keeps its state: in memory, or where the other mocks of the same issuer find it.
#pragma once

#include <memory>
#include <string>

#include "mock_server/issuer/client_registry.hpp"
#include "mock_server/store/device_store.hpp"
#include "mock_server/store/memory_budget.hpp"
#include "mock_server/store/store.hpp"
#include "mock_server/store/transients.hpp"

namespace assay::mock {

struct issuer_state {
    std::unique_ptr<store> tokens;
    std::unique_ptr<transients> short_lived;
    std::unique_ptr<client_registry> clients;
    std::unique_ptr<device_store> devices;
};

// Thread-safe.
class backing {
public:
    backing() = default;
    backing(const backing&) = delete;
    backing& operator=(const backing&) = delete;
    virtual ~backing() = default;

    // The state of the issuer of that name; mocks that open the same name share it.
    [[nodiscard]] virtual issuer_state open(const std::string& issuer_name) = 0;
};

// `gives_first`: evicted before other issuers of the budget, as fault issuers are. No budget: limited in number only.
[[nodiscard]] issuer_state in_memory(const std::shared_ptr<memory_budget>& of, bool gives_first);

}  // namespace assay::mock
