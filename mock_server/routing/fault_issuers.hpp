// Fault issuers, `/f/{fault}[={value}][~{fault}…]/…`: copies of the default issuer, or of one with a host of
// its own, with those faults on, created on first use, so that a change of one URL shows any fault to any client.
// Bounded: the least recently used one is dropped. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/result.hpp"
#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

class fault_issuers {
public:
    // `text`: the path segment exactly as received, which is part of the issuer's URL; `like`: the issuer
    // from which dialect, clients, people, sign-in, seed and clock are taken. Errors: usage (unknown fault, with the
    // nearest name; a fault of TLS if the mock has no authority).
    [[nodiscard]] result<std::shared_ptr<issuer>> find_or_make(const std::string& text,
                                                               const std::shared_ptr<issuer>& like);
    // By its name, "f:" and the text, for an issuer with a host after the name of that and a slash; nullptr if it
    // does not exist.
    [[nodiscard]] std::shared_ptr<issuer> find(const std::string& name) const;
    [[nodiscard]] std::vector<std::shared_ptr<issuer>> all() const;
    bool remove(const std::string& name);
    void remove_copies_of(const issuer& like);
    void clear();
    ~fault_issuers() { clear(); }
    fault_issuers() = default;
    fault_issuers(const fault_issuers&) = delete;
    fault_issuers& operator=(const fault_issuers&) = delete;

private:
    static constexpr std::size_t issuers_max = 1000;
    static constexpr std::size_t issuer_bytes = std::size_t{16} << 10U;  // estimate, without its stores
    void drop_oldest();                                                  // under the lock
    [[nodiscard]] std::shared_ptr<issuer> use(const std::string& name);

    std::mutex making_;  // held before lock_, also while the store is asked: by who makes one, not by who finds one
    mutable std::mutex lock_;
    std::atomic<std::uint64_t> removals_{0};     // of copies whose original changed
    std::list<std::shared_ptr<issuer>> by_use_;  // most recently used first
    std::unordered_map<std::string, std::list<std::shared_ptr<issuer>>::iterator> by_name_;
};

}  // namespace assay::mock
