// Secrets issued during a check, searched for where they must not be: at another origin, in URLs and Referers, at
// endpoints that do not need them, in the client's output. Not thread-safe.
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
    // A value that is too short to be distinguished from other text is ignored.
    void add(std::string_view kind, std::string value);
    // Adds the secrets that the issuer issued, and those the client authenticated with.
    void learn(const std::vector<journal_entry>& journal);
    // Each leak once, in the order of the journal.
    [[nodiscard]] std::vector<leak> search(const std::vector<journal_entry>& journal) const;
    // Secrets in the client's output that are valid longer than the sign-in: tokens and the client's secret.
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
