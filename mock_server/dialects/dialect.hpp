// A dialect: how a provider behaves, as dated data. Loaded from mock_server/dialects/*.yaml, which are embedded in
// the binary. A rule that the dialect does not enforce is listed by name as a leniency; all others are enforced.
// docs/dialects.md is the manual, docs/schema/dialect.json the schema. Thread-safe: constant data.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/rules/rules.hpp"

namespace assay::yaml {
struct document;
}

namespace assay::mock {

// How this dialect answers a refusal; absent members keep the rule's own values.
struct wording {
    std::optional<int> status;
    std::optional<std::string> error;
    std::optional<std::string> description;  // empty: no error_description member
    std::optional<channel> where;
    json::object members{};  // further members of its body
};

// Claims that this dialect adds to tokens and UserInfo. A text is a template (claim_template.hpp); null leaves a
// claim out.
struct claim_shape {
    json::object claims;
    std::string scope;                                    // granted; empty: any
    std::vector<std::string> in{"id_token", "userinfo"};  // or access_token: RFC 9068 JWTs
};

// Templates of answers, in place of the members that the RFC names; null: those.
struct answer_shapes {
    json::value token, error, userinfo, bearer_error;
    json::value callback;        // further parameters of a callback with a code
    json::value first_callback;  // those of the first one for this person and client
};

// When a code yields a refresh token; all that is set must hold.
struct refresh_conditions {
    std::string scope;             // granted, such as offline_access
    std::string parameter;         // of the authorization request: access_type=offline
    bool at_consent_only = false;  // only where the person was asked for consent
    bool repeated = true;          // a refresh that does not rotate it has it in its answer
};

// A protected resource: GET {issuer}{path}; a last segment "{organization}" is an organization's id. If `members` is
// not empty, POST {issuer}{path} creates an object that belongs to an organization and needs those members.
struct resource {
    std::string path;
    std::vector<std::string> subjects;  // "user", "organization"
    std::vector<std::string> scope;     // any one suffices; empty: none needed
    std::vector<std::string> creates{};
    json::value answer{};  // a template; null: its subject
};

// Rules of dynamic client registration (RFC 7591).
struct registration_rules {
    std::vector<std::string> metadata;  // members kept besides those of every dialect: client_metadata.hpp
    std::vector<std::string> grant_types{"authorization_code", "refresh_token"};
    std::string auth_method = "client_secret_basic";  // used when the request names none
    bool name_required = false;
    bool redirect_uris_may_be_empty = false;
    bool redirect_uri_host = false;         // "com.example.app:/cb" is refused
    bool http_on_private_ipv4 = false;      // instead of the loopback addresses
    bool normalised_redirect_uris = false;  // stored in the form that pydantic normalizes to
    bool software_statements = false;  // software_statement is checked, and so refused: no issuer of one is trusted
    bool owned = false;                // by the user whose session registers the client
};

constexpr std::size_t endpoint_paths_max = 32;

// dialect_fields.cpp documents each member, beside its YAML name.
struct dialect {
    std::string name, title;
    std::vector<std::string> aliases;
    std::vector<std::string> capabilities;
    // A provider's: pages and issues that state its facts, each with the date it was read; what they do not say; the
    // faults that its clients meet.
    std::vector<std::string> sources, unknown, hazards;

    std::string issuer_path;
    std::map<std::string, std::string> metadata_issuers;
    bool discovery = true;

    // Paths below the issuer, in the order of endpoint_rows; read them with path_of() of endpoints.hpp. Empty: the
    // endpoint does not exist.
    std::array<std::string, endpoint_paths_max> paths;
    std::map<std::string, std::string> path_aliases;

    std::bitset<rule_count> not_enforced;
    std::map<rule, wording> wordings;

    // Seconds. 0 for a refresh token or a session: it never expires.
    std::int64_t code_lifetime = 60, access_token_lifetime = 3600, refreshed_access_token_lifetime = 3600,
                 id_token_lifetime = 3600, request_uri_lifetime = 60, device_code_lifetime = 600,
                 refresh_token_lifetime = 0, session_lifetime = 0, client_assertion_lifetime = 86'400;
    std::int64_t device_interval = 5;  // between two polls of a device

    // The authorization request.
    bool response_type_first = false;
    std::vector<std::string> unique_parameters, unique_parameters_redirected;
    bool page_errors_carry_state = false;
    bool consent_errors_drop_state = false;
    bool consent_judges_less = false;
    bool openid_parameters = false;
    bool oauth_metadata = false;
    bool prompt_empty_counts = false;
    bool prompt_login_needs_openid = false;
    bool prompt_select_account_asks_consent = false;
    bool redirect_uri_below = false;
    std::vector<std::string> form_post_scopes;
    std::string incremental_scopes;
    bool omitted_scope_keeps_granted = false;
    std::string scope_separators = " ";
    std::string user_scope_parameter;

    // Subjects.
    bool sub_types = false;
    std::string default_sub_type = "user";
    std::string organization_means = "token";
    std::string organizations_offered = "member";

    // Tokens.
    std::string token_format = "opaque";
    std::map<std::string, std::string> token_prefixes;
    bool jwt_access_tokens = false;
    bool jwt_for_resources_only = false;
    refresh_conditions refresh;
    std::vector<claim_shape> claims;
    answer_shapes answers;
    bool pair_ends_as_one = false;
    bool id_token_kid = true, id_token_null_nonce = false, id_token_aud_array = false, id_token_on_refresh = false,
         id_token_always = false;
    std::vector<std::string> jwks_members;           // in that order; empty: all there are, with use and alg
    std::vector<std::string> signing_algs{"RS256"};  // the default first
    std::string kid;

    // The token endpoint, revocation and introspection.
    bool request_parameters_in_query = false;
    bool multipart_forms = false;
    bool json_requests = false;
    bool form_answers = false;
    std::int64_t error_status = 0;
    bool client_found_by_secret = false;
    bool client_secret_is_assertion = false;
    std::vector<std::string> assertion_audiences;
    bool content_length_required = false;
    bool unknown_client_is_400_without_basic = false;
    bool basic_challenge_realm = true;
    bool method_checked_for_tokens_only = false;
    bool unknown_token_type_hint_refused = false;
    bool introspect_sub_type = false;
    bool introspect_organizations = false;
    std::int64_t failed_authentications = 0;

    // Resources and users.
    bool bearer_precheck = false;
    std::string token_scheme = "Bearer";
    bool web_session_only = false;
    bool userinfo_needs_openid = false;
    bool profile_adds_name = true;
    bool application_errors = false;
    bool api_read_across_origins = false;

    registration_rules registration;

    // Extensions.
    bool request_objects = false;
    bool dpop = false;
    std::vector<std::string> resource_indicators;
    std::string resource_parameter = "resource";
    std::string logout_parameter = "post_logout_redirect_uri";

    // Headers.
    std::int64_t redirect_status = 302;
    std::string cookie_name = "assay_session";
    std::string cache_control_default;
    std::string www_authenticate_realm;
    std::string version_header;
    std::vector<std::string> versions;

    // Values that the metadata lists.
    std::vector<std::string> grant_types{"authorization_code", "refresh_token"};
    std::vector<std::string> scopes_supported, reserved_scopes, client_auth_methods, revoke_auth_methods,
        web_auth_methods, code_challenge_methods, claims_supported;
    std::map<std::string, std::string> scope_display_names;
    std::vector<std::string> acr_values;  // values of acr for a sign-in, the default first; empty: no acr
    std::vector<resource> resources;
    json::object metadata_extra;
    std::vector<std::string> metadata_members;  // in that order, and no others; empty: all there are

    // sub_type=organization gives an access token of a user that is limited to the chosen organizations.
    [[nodiscard]] bool limits_organizations() const { return sub_types && organization_means == "limit"; }
    // Whether the metadata lists every one of them, or it is reserved.
    [[nodiscard]] bool knows_scopes(const std::vector<std::string>& asked) const;
    [[nodiscard]] bool enforces(rule r) const { return !not_enforced[static_cast<std::size_t>(r)]; }
};

// Every dialect in the binary, sorted by name; parsed once. A file that does not parse is a bug of ours and ends the
// program with the message.
[[nodiscard]] const std::vector<std::shared_ptr<const dialect>>& dialects();
// By name or alias. Errors: not_found with the nearest name.
[[nodiscard]] result<std::shared_ptr<const dialect>> find_dialect(std::string_view name);
// By name or alias. Text that ends in .yaml or contains a slash is the path of a file; find_dialect then knows its
// name, too. Errors: not_found, bad_yaml (also for a name that exists already).
[[nodiscard]] result<std::shared_ptr<const dialect>> load_dialect(const std::string& name_or_file);
// The same for the text of such a file; `file` is its name in messages.
[[nodiscard]] result<std::shared_ptr<const dialect>> add_dialect(std::string_view text, std::string file);

// Finds the dialect that `extends: NAME` refers to; the extending file then states only the differences.
using dialect_lookup = std::function<result<std::shared_ptr<const dialect>>(std::string_view name)>;
// Errors: bad_yaml with file, line and column.
[[nodiscard]] result<dialect> parse_dialect(std::string_view text, std::string file,
                                            const dialect_lookup& find = find_dialect);
[[nodiscard]] result<dialect> read_dialect(const yaml::document& d, const dialect_lookup& find);

}  // namespace assay::mock
