// The subject of tokens: a user, one of the user's organizations, or the user limited to some organizations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/protocol/authorization.hpp"

namespace assay::mock {

// The ids that this user may choose from, in a session limited to `limit`; empty: no limit.
[[nodiscard]] std::vector<std::string> offered_organizations(const context& c, const user& who,
                                                             const std::vector<std::string>& limit);
// The ids that a token of that subject gives access to now: its own organization, or the user's within the limit.
[[nodiscard]] std::vector<std::string> reached_organizations(const context& c, const subject& of);
// Whether an organization must be chosen before tokens can be issued.
[[nodiscard]] bool must_choose_organization(const context& c, const authorization_request& r);
// Sets the chosen organization in the form of the dialect.
void choose_organization(const context& c, authorization_request& r, const std::string& id);
// The subject of the tokens; the refusal when no organization, or one out of reach, was chosen.
[[nodiscard]] outcome<subject> subject_of(context& c, const authorization_request& r, const user& who);
// For what consent is remembered, as the store has it: the organization, and the browser of an isolated issuer.
[[nodiscard]] std::string consent_place(const context& c, const authorization_request& r);

}  // namespace assay::mock
