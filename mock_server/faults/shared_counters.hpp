// Counters that several mocks add to, for faults that are on at all of them. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

namespace assay::mock {

class shared_counters {
public:
    shared_counters() = default;
    shared_counters(const shared_counters&) = delete;
    shared_counters& operator=(const shared_counters&) = delete;
    virtual ~shared_counters() = default;

    // `what` of the fault with that id. The number after it was counted; 0 if that could not be done (an outage).
    virtual std::int64_t add(const std::string& fault, const std::string& what) = 0;
    [[nodiscard]] virtual std::int64_t read(const std::string& fault, const std::string& what) = 0;
};

}  // namespace assay::mock
