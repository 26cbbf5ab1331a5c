// The configuration that people have for the OpenID Foundation's conformance suite (JSON: alias, server, client,
// client2, client_secret_post, browser) as the description of a server: nothing else in the engine knows of it.
// Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/engine/server/server_file.hpp"

namespace assay::harness {

// What the suite is told beside the file: variants of the test plan (each empty: as the file has it), and where it
// runs, for the redirect URIs of its clients: SUITE/test/a/ALIAS/callback.
struct oidf_choice {
    std::string client_auth_type{};     // empty: client_secret_basic, or private_key_jwt if only jwks is there
    std::string client_registration{};  // "static_client", "dynamic_client"; empty: static if there is a client_id
    std::string server_metadata{};      // "discovery", "static"; empty: discovery if there is a discoveryUrl
    std::string suite = "https://www.certification.openid.net";
};

struct oidf_config {
    server_spec spec;                   // complete only without errors; spec.notes name what was not used
    std::string registration;           // "static_client" or "dynamic_client", as chosen or found
    std::string metadata;               // "discovery" or "static", likewise
    std::vector<std::string> warnings;  // members that the suite does not know; also in spec.notes
    std::vector<error> errors;  // every mistake; `where` is "FILE:LINE:COLUMN" or "FILE /client/client_id" (RFC 6901)
};

// At most 4 MiB. `name`: the path as it was given, for messages.
[[nodiscard]] oidf_config read_oidf_config(std::string_view text, const std::string& name,
                                           const oidf_choice& choice = {});

}  // namespace assay::harness
