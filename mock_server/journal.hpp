// The journal of an issuer: every request it saw and how it answered, for assertions and for people. A ring: the
// oldest entries go first. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "http/message.hpp"

namespace assay::mock {

// A refusal as the journal tells it.
struct refusal_note {
    std::string rule;
    std::string clause;
    std::string error;
    std::string expected;
    std::string got;
};

struct journal_entry {
    std::int64_t seq = 0;    // from 1
    std::int64_t at_ms = 0;  // issuer's clock
    std::string endpoint;
    std::string client_id;
    http::request request;
    http::response response;
    std::optional<refusal_note> refusal;
    std::vector<std::string> leniencies;  // rules that did not hold and were not enforced
    std::vector<std::string> faults;      // faults that took part
    json::object assay;                   // the assay_* parameters of a sign-in by request
};

class journal {
public:
    void add(journal_entry e);
    [[nodiscard]] std::vector<journal_entry> after(std::int64_t seq) const;

private:
    static constexpr std::size_t entries_max = 4096;
    mutable std::mutex lock_;
    std::deque<journal_entry> entries_;
    std::int64_t last_ = 0;
};

[[nodiscard]] json::object to_json(const journal_entry& e);

}  // namespace assay::mock
