// The capabilities of a server from its metadata (OIDC Discovery §3, RFC 8414 §2, RFC 9207 §3). Pure functions.
#pragma once

#include <string_view>

#include "data/json.hpp"
#include "harness/engine/server/subject.hpp"

namespace assay::harness {

// Whether the metadata's member is a list that contains the text.
[[nodiscard]] bool lists(const json::value& metadata, std::string_view member, std::string_view value);

// Adds capabilities to `v`, named as in a check's `needs` (harness/scenario/capability_words.hpp).
void read_capabilities(const json::value& metadata, issuer_view& v);
// Adds what the clients of the server file show, even if the metadata does not: for example public clients.
void add_configured_capabilities(issuer_view& v);

}  // namespace assay::harness
