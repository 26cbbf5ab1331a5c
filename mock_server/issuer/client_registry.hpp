// The clients of an issuer. A store that cannot answer says so in outage.hpp. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/issuer/client.hpp"

namespace assay::mock {

class client_registry {
public:
    client_registry() = default;
    client_registry(const client_registry&) = delete;
    client_registry& operator=(const client_registry&) = delete;
    virtual ~client_registry() = default;

    // nullptr: unknown client_id.
    [[nodiscard]] virtual std::shared_ptr<const client> find(std::string_view client_id) const = 0;
    // Replaces a client with the same client_id. False if there is no memory for a registered one.
    [[nodiscard]] virtual bool put(client c) = 0;
    virtual bool remove(const std::string& client_id) = 0;
    [[nodiscard]] virtual std::vector<client> all() const = 0;  // in order of registration
};

}  // namespace assay::mock
