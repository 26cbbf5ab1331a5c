// Claims that configuration adds: to all tokens, or to those of one user, one client, one scope. Pure functions over
// plain values; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/dialects/claim_template.hpp"
#include "mock_server/dialects/dialect.hpp"

namespace assay::mock {

// One row: the claims, and their conditions. All conditions that are set must hold.
struct claim_row {
    json::object claims;  // their texts are templates: claim_template.hpp
    std::string user;     // username or sub
    std::string client_id;
    std::string scope;  // granted; in `claims` of OIDC Core §5.5: supported
    // Parameters of the token request and their values; a request without one of them does not match.
    std::vector<std::pair<std::string, std::string>> request{};
    std::vector<std::string> in{"id_token", "userinfo", "access_token"};  // access_token: RFC 9068 JWTs
};

// {claims: {NAME: VALUE}, user?, client_id?, scope?, request?: {PARAMETER: VALUE}, in?}. Errors: usage, naming the
// member and the nearest valid one. A claim that the server itself sets (iss, exp, nonce …) is refused; the message
// names the fault that makes it wrong. `aud` is allowed where `in` is access_token alone.
[[nodiscard]] result<claim_row> claim_row_from_json(const json::value& v, const dialect& speaks);
[[nodiscard]] json::object to_json(const claim_row& row);
// Errors: usage when the row's user or client does not exist, with the nearest name.
[[nodiscard]] result<void> demand_known(const claim_row& row, const std::vector<std::string>& users,
                                        const std::vector<std::string>& client_ids);

// The token or response to which claims are added.
struct claim_question {
    std::string_view place;          // "id_token", "userinfo", "access_token"
    std::string_view sub, username;  // empty: the subject is not a user
    std::string_view client_id;
    const std::vector<std::string>* scope;  // granted; nullptr: rows of any scope apply
    claim_values values;
};
// Sets the claims of the matching rows in `out`; if two rows set the same claim, the later one wins.
void add_configured_claims(const std::vector<claim_row>& rows, const claim_question& q, json::object& out);

}  // namespace assay::mock
