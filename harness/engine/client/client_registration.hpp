// What an issuer is told for one client check: about itself and about the client. Thread-safe: pure functions.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "harness/engine/client/client_run.hpp"
#include "oauth/jwk.hpp"

namespace assay::harness {

// How long access tokens live where run_settings::short_tokens is set.
constexpr std::chrono::seconds short_lifetime{2};

// Members of POST /issuers beside the dialect. `resources`: of the client.
[[nodiscard]] json::object issuer_members(const run_settings& s, const std::vector<std::string>& resources);
// What the check's `clients` says of the role that this configuration plays.
[[nodiscard]] json::value special_members(const run_settings& s);
// Whether the client authenticates with a key, and that key; all such clients share it, each at an issuer of its own.
[[nodiscard]] bool uses_key(const run_settings& s);
[[nodiscard]] const oauth::jwk& client_key();
// Without a scope it may ask for all that the metadata offers.
[[nodiscard]] json::value registration(const std::string& id, const std::string& secret, const run_settings& s,
                                       const rp_handle& rp);

}  // namespace assay::harness
