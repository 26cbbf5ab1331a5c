// A dialect: how a provider speaks, as dated data. Loaded from mock_server/dialects/*.yaml, which the binary carries.
// A rule the dialect does not enforce is a leniency by name; everything else is enforced. Thread-safe: constant data.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/rules.hpp"

namespace assay::mock {

// How this dialect words a refusal; absent members keep the rule's own.
struct wording {
    std::optional<int> status;
    std::optional<std::string> error;
    std::optional<std::string> description;  // empty: no error_description member
    std::optional<channel> where;
};

// A protected resource: GET {issuer}{path}; a last segment "{organization}" stands for an organization's id.
struct resource {
    std::string path;
    std::vector<std::string> subjects;  // "user", "organization"
    std::vector<std::string> scope;     // any one suffices; empty: none needed
};

// What dynamic registration takes (RFC 7591).
struct registration_rules {
    std::vector<std::string> metadata;  // members kept beside those every dialect has: client_metadata.hpp
    std::vector<std::string> grant_types{"authorization_code", "refresh_token"};
    std::string auth_method = "client_secret_basic";  // where none is named
    bool name_required = false;
    bool redirect_uris_may_be_empty = false;
    bool redirect_uri_host = false;         // "com.example.app:/cb" is refused
    bool http_on_private_ipv4 = false;      // instead of the loopback addresses
    bool normalised_redirect_uris = false;  // stored as pydantic writes them
    bool software_statements = false;       // looked at, that is: refused, since nobody is trusted
    bool owned = false;                     // by the person whose session registers
};

struct dialect {
    std::string name;
    std::vector<std::string> aliases;
    std::string title;
    std::vector<std::string> capabilities;

    // Paths below the issuer. Empty: the endpoint does not exist.
    std::string authorize_path, authorize_api_path, consent_path, token_path, userinfo_path, jwks_path;
    std::string introspect_path, revoke_path, register_path, par_path, clients_path;

    std::bitset<rule_count> not_enforced;
    std::map<rule, wording> wordings;

    // Seconds.
    std::int64_t code_lifetime = 60, access_token_lifetime = 3600, refreshed_access_token_lifetime = 3600,
                 id_token_lifetime = 3600, request_uri_lifetime = 60, refresh_token_lifetime = 0;  // 0: never expires

    // "polar": prefixed tokens with a checksum; "opaque": 43 characters of base64url.
    std::string token_format = "opaque";
    std::map<std::string, std::string> token_prefixes;  // code, access_user, refresh_organization, client_id …
    bool sub_types = false;                             // sub_type=organization exists
    bool bearer_precheck = false;                       // a bad Bearer header is refused on every path
    bool omitted_redirect_uri_uses_first = false;
    bool unknown_client_is_400_without_basic = false;  // unknown client: 401 by Basic, 400 by form
    bool id_token_kid = true, id_token_null_nonce = false, id_token_aud_array = false, id_token_on_refresh = false;
    bool jwks_use_and_alg = true;
    bool introspect_sub_type = false;
    bool userinfo_needs_openid = false;
    bool prompt_none_asks_again = false;  // prompt=none with remembered consent still shows the consent page
    registration_rules registration;
    bool request_objects = false;             // RFC 9101, by value; otherwise `request` is not looked at
    bool dpop = false;                        // RFC 9449; otherwise the DPoP header is not looked at
    bool jwt_access_tokens = false;           // RFC 9068, for clients that do not say otherwise
    std::int64_t failed_authentications = 0;  // a client's, in a minute, before it must wait; 0: no bound
    int redirect_status = 302;
    std::string signing_alg = "RS256";
    std::string kid;
    std::string cookie_name = "assay_session";
    std::string cache_control_default;  // for answers without Cache-Control of their own
    std::string www_authenticate_realm;
    std::vector<std::string> grant_types{"authorization_code", "refresh_token"};
    std::vector<std::string> resource_indicators;  // RFC 8707; empty: `resource` is not looked at
    std::vector<std::string> scopes_supported, client_auth_methods, revoke_auth_methods, code_challenge_methods,
        claims_supported;
    std::vector<resource> resources;
    json::object metadata_extra;  // members added to the metadata as they are

    [[nodiscard]] bool enforces(rule r) const { return !not_enforced[static_cast<std::size_t>(r)]; }
};

// Every dialect the binary carries, sorted by name; parsed once. A file that does not parse is a mistake of ours and
// ends the program with its message.
[[nodiscard]] const std::vector<std::shared_ptr<const dialect>>& dialects();
// By name or alias. Errors: not_found with the nearest name.
[[nodiscard]] result<std::shared_ptr<const dialect>> find_dialect(std::string_view name);
// Errors: bad_yaml with file, line and column.
[[nodiscard]] result<dialect> parse_dialect(std::string_view text, std::string file);

}  // namespace assay::mock
