// Answers in the shape that the dialect gives them: its templates, its way to write scopes, its media type.
// Thread-safe: functions of one request.
#pragma once

#include <string>
#include <string_view>

#include "data/json.hpp"
#include "mock_server/request/context.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {

// The scopes of a request with spaces between them, whatever separates them in this dialect.
[[nodiscard]] std::string requested_scope(const dialect& d, std::string_view text);
// Those of user_scope_parameter, marked as such, so that both kinds are one scope.
[[nodiscard]] std::string requested_user_scope(const dialect& d, std::string_view text);

// What templates can name: the client, the scope, the time, and, unless `of` is nullptr, its user and organization.
[[nodiscard]] json::object template_values(const context& c, const subject* of, std::string_view client_id,
                                           const oauth::scope_set& scope);
[[nodiscard]] json::value shaped(const context& c, const json::value& wanted, const json::object& values);
// Adds the claims of the dialect's rows for that place, and leaves out those that are null there.
void add_dialect_claims(const context& c, std::string_view place, const subject& of, std::string_view client_id,
                        const oauth::scope_set& scope, json::object& out);

// Whether the token endpoint answers this request with a form.
[[nodiscard]] bool answers_by_form(const context& c);
// The members of a JSON object as a form; what is nested is JSON text, null is left out.
[[nodiscard]] oauth::form as_form(const json::object& members);

}  // namespace assay::mock
