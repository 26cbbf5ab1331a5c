// The page at the root of an issuer: what it speaks, where its endpoints are, who may sign in with which client, what
// it does not enforce and which faults are on. Pure functions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock::pages {

// The code_verifier of every ready-made link, so that a person can redeem the code with a pasted command.
inline constexpr std::string_view demo_verifier = "assay-demo-verifier-0123456789-abcdefghijklmnop";
// An authorization request of that client with PKCE, ready to open.
[[nodiscard]] std::string demo_link(const issuer& i, const client& c);

struct index_view {
    std::vector<std::shared_ptr<issuer>> others{};  // the other issuers of this mock
    bool inspector = false;                         // it is on
    std::string faults_url{};                       // where faults by URL are listed; empty: nowhere
};
[[nodiscard]] std::string index(const issuer& i, const index_view& v = {});

}  // namespace assay::mock::pages
