// For whom tokens are made: the user, one of the user's organizations, or the user within a limit of organizations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/protocol/authorization.hpp"

namespace assay::mock {

// RFC 9562 §4: 8-4-4-4-12 hexadecimal digits.
[[nodiscard]] bool is_uuid(std::string_view text);

// The ids that this user may choose from in the dialect, in a session that reaches `limit` only; empty: all.
[[nodiscard]] std::vector<std::string> offered_organizations(const context& c, const user& who,
                                                             const std::vector<std::string>& limit);
// The ids that a token of that subject reaches now: its own organization's, or the user's within its limit.
[[nodiscard]] std::vector<std::string> reached_organizations(const context& c, const subject& of);
// Whether somebody must choose an organization before tokens can be made.
[[nodiscard]] bool must_choose_organization(const context& c, const authorization_request& r);
// Takes that organization as the choice, as the dialect wants it said.
void choose_organization(const context& c, authorization_request& r, const std::string& id);
// The subject of the tokens; the refusal when no organization, or one out of reach, was chosen.
[[nodiscard]] outcome<subject> subject_of(context& c, const authorization_request& r, const user& who);
// Under which organization consent is remembered: "" where tokens are the user's.
[[nodiscard]] std::string consent_organization(const context& c, const authorization_request& r);

}  // namespace assay::mock
