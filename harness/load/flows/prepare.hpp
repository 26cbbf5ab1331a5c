// Preparation of a run: the metadata of the target, and sessions from codes. Thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/load/flows/flow.hpp"
#include "harness/load/flows/material.hpp"

namespace assay::load {

// Reads endpoints and, from jwks_uri, keys: from the metadata of `issuer`; members of `own` take precedence. All
// endpoints of the flows must be on one origin, which is stored in `origin`. Errors: connect, not_found, unsupported.
[[nodiscard]] result<void> discover(const std::string& issuer, const json::object& own, const std::string& ca_file,
                                    target& out, std::string& origin);

// Exchanges `count` codes in sequence. `issuer_ahead_s`: the issuer's clock against ours, for the age of the tokens.
// Errors: of the mint; environment (the server refused one).
[[nodiscard]] result<std::vector<session>> make_sessions(const target& to, const std::string& origin,
                                                         const std::string& ca_file, const mint& codes,
                                                         std::size_t count, std::int64_t issuer_ahead_s);

}  // namespace assay::load
