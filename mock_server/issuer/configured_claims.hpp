// Claims that configuration adds: to everybody's tokens, or to those of one user, one client, one scope. Pure
// functions over plain values; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/dialects/dialect.hpp"

namespace assay::mock {

// One row: the claims, and when they are there. Every condition that is set must hold.
struct claim_row {
    json::object claims;
    std::string user;  // username or sub
    std::string client_id;
    std::string scope;  // granted, or (for `claims` of OIDC Core §5.5) supported
    std::vector<std::string> in{"id_token", "userinfo", "access_token"};  // access_token: RFC 9068 JWTs
};

// {claims: {NAME: VALUE}, user?, client_id?, scope?, in?}. Errors: usage, naming the member and the nearest valid
// one. A claim that the server itself makes (iss, aud, exp, nonce …) is refused: a wrong one is a fault, and the
// message names it.
[[nodiscard]] result<claim_row> claim_row_from_json(const json::value& v, const dialect& speaks);
[[nodiscard]] json::object to_json(const claim_row& row);
// Errors: usage where the row's user or client is none of these, with the nearest.
[[nodiscard]] result<void> demand_known(const claim_row& row, const std::vector<std::string>& users,
                                        const std::vector<std::string>& client_ids);

// Whose claims are asked for, and where they go.
struct claim_question {
    std::string_view place;          // "id_token", "userinfo", "access_token"
    std::string_view sub, username;  // empty where it is no person
    std::string_view client_id;
    const std::vector<std::string>* scope;  // granted; nullptr: whatever its scope
};
// Sets what the rows say in `out`; of two that name the same claim the later one counts.
void add_configured_claims(const std::vector<claim_row>& rows, const claim_question& q, json::object& out);

}  // namespace assay::mock
