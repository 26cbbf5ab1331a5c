// Every secret issued during a check, searched for where none belongs: at another origin, in URLs and Referers, at
// endpoints that have no use for it, in what the client prints. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/engine/client/mock_control.hpp"

namespace assay::harness {

struct leak {
    std::string secret;  // "the refresh token"
    std::string where;   // "sent to another origin (POST /i/issuer-7/elsewhere/token)"
};

class canaries {
public:
    // What is too short to be told from other text is passed over.
    void add(std::string_view kind, std::string value);
    // What the issuer gave out, and what the client proved itself with.
    void learn(const std::vector<journal_entry>& journal);
    // Each leak once, in the order of the journal.
    [[nodiscard]] std::vector<leak> search(const std::vector<journal_entry>& journal) const;
    // What stands in the client's output and is good for longer than the sign-in: tokens and the client's secret.
    [[nodiscard]] std::vector<leak> search_output(std::string_view output) const;

private:
    struct canary {
        std::string_view kind;
        std::string value;
    };
    [[nodiscard]] std::vector<leak> search_request(const journal_entry& e) const;

    std::vector<canary> all_;
};

}  // namespace assay::harness
