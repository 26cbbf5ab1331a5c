// Counters of a mock since its start: requests by endpoint and status, refusals by rule, faults by name. Counting
// takes no lock. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/observe/journal.hpp"
#include "mock_server/rules/rules.hpp"
#include "mock_server/store/memory_budget.hpp"

namespace assay::mock {

class traffic {
public:
    traffic();
    void count(const journal_entry& e);

    // Called after each request with the name of the issuer ("" for requests to no issuer); empty: not called. Set it
    // before the first request.
    std::function<void(std::string_view issuer_name, const journal_entry& e)> log;

    // Prometheus text exposition format 0.0.4: the counters.
    [[nodiscard]] std::string counters() const;

private:
    using counter = std::atomic<std::uint64_t>;
    static constexpr std::size_t statuses_max = 500;  // from 100

    std::vector<std::array<counter, statuses_max>> requests_;  // by endpoint
    std::array<counter, rule_count> refusals_{};
    std::vector<counter> faults_;  // in the order of faults()
};

// A gauge without labels in the exposition format.
[[nodiscard]] std::string counter(std::string_view name, std::string_view help, std::uint64_t value);
[[nodiscard]] std::string gauge(std::string_view name, std::string_view help, double value);

// The share and the use of each kind of stored thing.
[[nodiscard]] std::string memory_gauges(const memory_budget& of);

}  // namespace assay::mock
