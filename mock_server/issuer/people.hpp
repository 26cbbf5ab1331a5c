// Users and organizations as JSON, for the control API and for files. Thread-safe: pure functions.
#pragma once

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

// {username, sub?, name?, email?, organizations?, manages?, session_organizations?: [id or slug], phone_number?,
// address?, password?, roles?, groups?: [text]}; {slug, id?, name?, sso_enforced?}. Absent members are empty. Errors:
// usage, naming the member and the nearest valid one.
[[nodiscard]] result<user> user_from_json(const json::value& v);
[[nodiscard]] result<organization> organization_from_json(const json::value& v);
[[nodiscard]] json::object to_json(const user& u);
[[nodiscard]] json::object to_json(const organization& o);

// Adds the user (organization), or replaces the one with the same username (slug); its sub (id) stays
// unless a new one is given. `make_id` makes missing ids. Errors: usage (unknown organization, sub already
// in use).
[[nodiscard]] result<void> put(people& all, user u, const std::function<std::string()>& make_id);
[[nodiscard]] result<void> put(people& all, organization o, const std::function<std::string()>& make_id);
// Errors: environment when it is the last user.
[[nodiscard]] result<void> remove_user(people& all, std::string_view username);
void remove_organization(people& all, std::string_view slug);

}  // namespace assay::mock
