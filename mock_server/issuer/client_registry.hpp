// The clients of an issuer. Those that registered by request (RFC 7591) are bounded in number, and in bytes by a
// budget: the oldest of them are dropped. Configured clients stay, however many register. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/issuer/client.hpp"
#include "mock_server/store/memory_budget.hpp"

namespace assay::mock {

class client_registry {
public:
    // `configured`: it has clients of configuration. A fault issuer has none of its own, and gives memory up first.
    client_registry(std::shared_ptr<memory_budget> of, bool configured);

    // nullptr: there is none.
    [[nodiscard]] std::shared_ptr<const client> find(std::string_view client_id) const;
    // Replaces one of the same ID. False when there is no room for one that registers.
    [[nodiscard]] bool put(client c);
    bool remove(const std::string& client_id);
    [[nodiscard]] std::vector<client> all() const;  // in order of registration

private:
    static constexpr std::size_t registered_max = 10'000;
    struct entry {
        std::shared_ptr<const client> who;
        std::uint64_t number = 0;  // in order of registration
        std::size_t bytes = 0;
        bool pinned = false;  // configured
    };
    using entries = std::map<std::string, entry, std::less<>>;
    void drop(entries::iterator at);  // these two under the lock
    std::size_t drop_oldest_registered();

    bool configured_;
    mutable std::mutex lock_;
    entries clients_;
    std::map<std::uint64_t, std::string> order_;
    std::map<std::uint64_t, std::string> registered_;  // of these, the ones that registered by request
    std::uint64_t numbers_ = 0;
    memory_account room_;
};

}  // namespace assay::mock
