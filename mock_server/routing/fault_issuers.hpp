// Fault issuers, `/f/{fault}[={value}][~{fault}…]/…`: the default issuer with those faults on, made on first use, so
// that changing one URL shows any client any fault. Bounded: the one that was not used for longest goes first.
// Thread-safe.
#pragma once

#include <cstddef>
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
    // `text`: the path segment as it came, which is part of the issuer's own URL; `like`: the default issuer, whose
    // dialect, clients, people, sign-in, seed and clock it has. Errors: usage (unknown fault, with the nearest name;
    // one of TLS where the mock has no authority).
    [[nodiscard]] result<std::shared_ptr<issuer>> find_or_make(const std::string& text,
                                                               const std::shared_ptr<issuer>& like);
    // By its name, "f:" and the text; nullptr where there is none.
    [[nodiscard]] std::shared_ptr<issuer> find(const std::string& name) const;
    [[nodiscard]] std::vector<std::shared_ptr<issuer>> all() const;
    bool remove(const std::string& name);
    void clear();

private:
    static constexpr std::size_t issuers_max = 1000;
    mutable std::mutex lock_;
    std::list<std::shared_ptr<issuer>> by_use_;  // most recently used first
    std::unordered_map<std::string, std::list<std::shared_ptr<issuer>>::iterator> by_name_;
};

}  // namespace assay::mock
