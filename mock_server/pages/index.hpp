// The page at the root of an issuer: its dialect, endpoints, users, clients, rules that are not enforced, and faults
// that are on. Thread-safe: pure functions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock::pages {

// The code_verifier of every link on the page, so that the code can be redeemed with a pasted command.
inline constexpr std::string_view demo_verifier = "assay-demo-verifier-0123456789-abcdefghijklmnop";
// An authorization request of that client with PKCE, ready to open.
[[nodiscard]] std::string demo_link(const issuer& i, const client& c);

struct index_view {
    std::vector<std::shared_ptr<issuer>> others{};  // the other issuers of this mock
    bool inspector = false;                         // the inspector is enabled
    std::string faults_url{};                       // URL of the list of faults; empty: not linked
};
[[nodiscard]] std::string index(const issuer& i, const index_view& v = {});

}  // namespace assay::mock::pages
