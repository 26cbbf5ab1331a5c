// The clients of an issuer in memory. Dynamically registered clients (RFC 7591) are limited in number, and in bytes
// by a budget: the oldest of them are dropped. Configured clients are never dropped. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/issuer/client_registry.hpp"
#include "mock_server/store/memory_budget.hpp"

namespace assay::mock {

class memory_client_registry final : public client_registry {
public:
    // `configured`: it has configured clients. False for fault issuers, whose clients are evicted first.
    memory_client_registry(std::shared_ptr<memory_budget> of, bool configured);

    [[nodiscard]] std::shared_ptr<const client> find(std::string_view client_id) const override;
    [[nodiscard]] bool put(client c) override;
    bool remove(const std::string& client_id) override;
    [[nodiscard]] std::vector<client> all() const override;

private:
    static constexpr std::size_t registered_max = 10'000;
    struct entry {
        std::shared_ptr<const client> who;
        std::uint64_t number = 0;  // in order of registration
        std::size_t bytes = 0;
        bool pinned = false;  // configured
    };
    using entries = std::map<std::string, entry, std::less<>>;
    void drop(entries::iterator at);  // call these two under the lock
    std::size_t drop_oldest_registered();

    bool configured_;
    mutable std::mutex lock_;
    entries clients_;
    std::map<std::uint64_t, std::string> order_;
    std::map<std::uint64_t, std::string> registered_;  // the dynamically registered ones of these
    std::uint64_t numbers_ = 0;
    memory_account room_;
};

}  // namespace assay::mock
