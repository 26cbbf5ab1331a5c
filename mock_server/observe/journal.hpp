// The journal of an issuer: every request it received and its answer, for assertions and for people. A ring buffer,
// bounded in entries and in bytes: the oldest entries are dropped. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "http/message.hpp"
#include "mock_server/store/memory_budget.hpp"

namespace assay::mock {

// A refusal in the form of the journal.
struct refusal_note {
    std::string rule;
    std::string clause;
    std::string error;
    std::string expected;
    std::string got;
};

struct journal_entry {
    std::int64_t seq = 0;    // from 1
    std::int64_t at_ms = 0;  // the issuer's clock, epoch milliseconds
    std::string endpoint;
    std::string client_id;
    http::request request;
    http::response response;  // status 0: a request that the issuer itself sent got no answer
    std::optional<refusal_note> refusal;
    std::vector<std::string> leniencies;  // rules that were violated but not enforced
    std::vector<std::string> faults;      // faults that changed the answer
    json::object assay;                   // the assay_* parameters of a sign-in by request
};

class journal {
public:
    static constexpr std::size_t entries_default = 4096;
    static constexpr std::size_t entries_limit = 100'000;
    static constexpr std::size_t bytes_max = std::size_t{64} << 20U;

    // `entries_max` 0: nothing is stored.
    // `of`, `gives_first`: as in store::store().
    explicit journal(std::size_t entries_max = entries_default, std::shared_ptr<memory_budget> of = nullptr,
                     bool gives_first = false);

    void add(journal_entry&& e);
    // The entries after that one, oldest first, at most `most`.
    [[nodiscard]] std::vector<journal_entry> after(std::int64_t seq, std::size_t most = entries_limit) const;
    // Deletes the entries; their numbers are not used again.
    void clear();

    [[nodiscard]] bool keeps() const { return entries_max_ > 0; }
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::int64_t last() const;     // seq of the newest entry ever; 0: none
    [[nodiscard]] std::int64_t dropped() const;  // entries that were dropped to make room

private:
    const std::size_t entries_max_;
    mutable std::mutex lock_;
    std::deque<journal_entry> entries_;
    std::size_t bytes_ = 0;
    std::int64_t last_ = 0;
    std::int64_t dropped_ = 0;
    void drop_oldest();  // under the lock
    memory_account room_;
};

[[nodiscard]] json::object to_json(const journal_entry& e);

}  // namespace assay::mock
