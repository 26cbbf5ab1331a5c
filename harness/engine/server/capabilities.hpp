// What a server can do, as its metadata says it (OIDC Discovery §3, RFC 8414 §2, RFC 9207 §3). A pure function.
#pragma once

#include <string_view>

#include "data/json.hpp"
#include "harness/engine/server/subject.hpp"

namespace assay::harness {

// Whether the metadata's member is a list with that text in it.
[[nodiscard]] bool lists(const json::value& metadata, std::string_view member, std::string_view value);

// Adds to the capabilities of `v`, in the words of a check's `needs` (harness/scenario/capability_words.hpp).
void read_capabilities(const json::value& metadata, issuer_view& v);
// What the clients of the server file show, whatever the metadata says: who has a public client has public clients.
void add_configured_capabilities(issuer_view& v);

}  // namespace assay::harness
