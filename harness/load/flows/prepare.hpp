// Before the run: what the party's metadata says, and sessions made from codes. Thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/load/flows/flow.hpp"
#include "harness/load/flows/material.hpp"

namespace assay::load {

// Endpoints and, where there is a jwks_uri, keys: from the metadata of `issuer`, members of `own` first. Every
// endpoint that a flow uses must be on one origin, which `origin` becomes. Errors: connect, not_found, unsupported.
[[nodiscard]] result<void> discover(const std::string& issuer, const json::object& own, const std::string& ca_file,
                                    party& out, std::string& origin);

// `count` codes exchanged, one after the other. Errors: of the mint; environment (the server refused an exchange).
[[nodiscard]] result<std::vector<session>> make_sessions(const party& to, const std::string& origin,
                                                         const std::string& ca_file, const mint& codes,
                                                         std::size_t count);

}  // namespace assay::load
