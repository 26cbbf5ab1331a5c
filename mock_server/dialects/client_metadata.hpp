// Members of client metadata that are kept as they were sent (RFC 7591 §2, OIDC Registration §2, the logout
// specifications): beside those that `client` has fields for. A dialect names the ones it knows. Thread-safe:
// constant data and pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"

namespace assay::mock {

// The members of `document` that `known` names, in the order of the RFCs. null counts as absent.
// Errors: usage; `message` is the name of the member that does not fit, `where` what it must be.
[[nodiscard]] result<json::object> read_metadata(const json::value& document, const std::vector<std::string>& known);

// Whether a member of that name can be kept at all: what a dialect may list.
[[nodiscard]] bool is_metadata_member(std::string_view name);
[[nodiscard]] std::vector<std::string> metadata_members();

// Texts of an array member; empty where it is absent.
[[nodiscard]] std::vector<std::string> metadata_texts(const json::object& metadata, std::string_view name);

}  // namespace assay::mock
