// The capabilities of a server from its metadata (OIDC Discovery §3, RFC 8414 §2, RFC 9207 §3). Pure functions.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "data/json.hpp"
#include "harness/engine/server/subject.hpp"
#include "oauth/grant_types.hpp"

namespace assay::harness {

// The grants besides those of a sign-in, by the capability of a server that has them.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 4> grants_by_capability{
    {{"client_credentials", "client_credentials"},
     {"device_grant", oauth::device_code_grant},
     {"token_exchange", oauth::token_exchange_grant},
     {"jwt_bearer", oauth::jwt_bearer_grant}}};

// Whether the metadata's member is a list that contains the text.
[[nodiscard]] bool lists(const json::value& metadata, std::string_view member, std::string_view value);

// Adds capabilities to `v`, named as in a check's `needs` (harness/scenario/capability_words.hpp).
void read_capabilities(const json::value& metadata, issuer_view& v);
// Adds what the clients of the server file show, even if the metadata does not: for example public clients.
void add_configured_capabilities(issuer_view& v);

}  // namespace assay::harness
