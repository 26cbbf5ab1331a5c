// The redirect back to the client, as a fault wants it. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "mock_server/faults/fault.hpp"

namespace assay::mock {

// `code.grow` N pads the code to N characters, `code.append` TEXT goes behind it; the token endpoint knows the
// result.
[[nodiscard]] std::string odd_code(std::string code, const std::vector<operation>& operations);
// `query.previous` [name]: values of the redirect before this one; `claims.previous` those of the ID Token before.
void take_previous(json::object& members, const json::value& before, const std::vector<operation>& operations,
                   std::string_view operation);
// `query.deliver` HOW is among them: fragment, other_uri or form_post.
[[nodiscard]] bool delivers(const std::vector<operation>& operations, std::string_view how);
// `query.recode` [name] writes every byte of a value as %xx; `query.deliver` fragment (the code) or other_uri (all
// of it goes to another of the registered ones). `in_query`: a server that breaks the rule answers in the fragment.
[[nodiscard]] std::string callback_url(std::string target, const std::vector<std::string>& registered,
                                       const json::object& query, const std::vector<operation>& operations,
                                       bool in_query);

}  // namespace assay::mock
