// Members of client metadata that are kept as they were sent (RFC 7591 §2, OIDC Registration §2, the logout
// specifications), in addition to those that `client` has fields for. A dialect lists the members it supports.
// Thread-safe: constant data and pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"

namespace assay::mock {

// The members of `document` that `known` lists, in the order of the RFCs. null counts as absent.
// Errors: usage; `message` is the name of the invalid member, `where` says what it must be.
[[nodiscard]] result<json::object> read_metadata(const json::value& document, const std::vector<std::string>& known);

// Whether a dialect may list a member of that name.
[[nodiscard]] bool is_metadata_member(std::string_view name);
[[nodiscard]] std::vector<std::string> metadata_members();

// The strings of an array member; empty when it is absent.
[[nodiscard]] std::vector<std::string> metadata_texts(const json::object& metadata, std::string_view name);

}  // namespace assay::mock
