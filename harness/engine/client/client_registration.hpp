// An issuer's configuration for one client check, and the client's registration. Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "harness/engine/client/client_run.hpp"
#include "oauth/jwk.hpp"

namespace assay::harness {

// Lifetime of access tokens if run_settings::short_tokens is set.
constexpr std::chrono::seconds short_lifetime{2};

// Members of POST /issuers besides the dialect. `resources`: of the client.
[[nodiscard]] json::object issuer_members(const run_settings& s, const std::vector<std::string>& resources);
// The members in the check's `clients` for the role of this configuration.
[[nodiscard]] json::value special_members(const run_settings& s);
// Whether the client authenticates with a key; and that key, shared by all such clients, each with its own issuer.
[[nodiscard]] bool uses_key(const run_settings& s);
[[nodiscard]] const oauth::jwk& client_key();
// Without a scope the client may request every scope in the metadata.
[[nodiscard]] json::value registration(const std::string& id, const std::string& secret, const run_settings& s,
                                       const rp_handle& rp);

}  // namespace assay::harness
