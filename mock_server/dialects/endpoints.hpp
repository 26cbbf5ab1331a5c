// The endpoints of an issuer, one row each. Dialect files, dispatch, discovery, `Allow`, CORS, faults, the
// journal and the counters use this table. endpoints/table.cpp adds the handlers. Thread-safe: constant
// data.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/dialects/dialect.hpp"
#include "mock_server/dialects/hook.hpp"
#include "mock_server/rules/rules.hpp"

namespace assay::mock {

// Whether scripts of other origins may read its answers (CORS). `open`: no cookie influences the answers.
enum class cross_origin : std::uint8_t { open, where_dialect_says, never };
// Where in the metadata its URL is listed; the order of members is that of Polar's document.
enum class metadata_place : std::uint8_t { none, front, behind_grants, behind_challenge_methods, end };

struct endpoint_row {
    std::string_view name;          // name in the journal; several rows may share one
    std::string_view key;           // unique: the key in `paths` of a dialect's file, and the name in the code
    bool in_dialect = false;        // the dialect's file gives its path below the issuer, or that it does not exist
    std::string_view fixed_path{};  // a path that no dialect names; that of metadata is below issuer_path
    bool dialect::*only_where = nullptr;  // it exists only where this member is true
    std::string_view methods;             // as `Allow` lists them (RFC 9110 §10.2.1)
    std::optional<rule> post_by{};        // POST is allowed only where this rule is enforced
    bool methods_first = false;           // other methods are answered 405 before any other check
    cross_origin read = cross_origin::where_dialect_says;
    std::optional<hook> at{};     // where faults act on its answers
    bool refusals_there = false;  // its refusals, too, are at this hook and not at hook::refusal
    bool moves = false;           // the fault metadata_moved changes its path
    std::vector<std::string> dialect::*auth_methods = nullptr;  // how clients authenticate there
    bool lists_auth = false;                                    // the metadata lists auth_methods (RFC 8414 §2)
    metadata_place listed = metadata_place::none;
    std::string_view metadata_member{};  // "token_endpoint"
    std::string_view capabilities{};     // capabilities of a dialect that depend on it, separated by spaces
    std::string_view title{};            // on the page of an issuer; empty: not shown
    std::string_view what{};             // one sentence for the schema of dialects
};

// First the rows with a path, then those that dispatch finds by a pattern or that only the journal uses.
inline constexpr std::array<endpoint_row, 27> endpoint_rows{{
    {.name = "metadata",
     .key = "metadata",
     .fixed_path = "/.well-known/openid-configuration",
     .only_where = &dialect::discovery,
     .methods = "GET",
     .methods_first = true,
     .read = cross_origin::open,
     .at = hook::metadata,
     .title = "metadata"},
    {.name = "metadata",
     .key = "oauth_metadata",
     .fixed_path = "/.well-known/oauth-authorization-server",
     .only_where = &dialect::oauth_metadata,
     .methods = "GET",
     .methods_first = true,
     .read = cross_origin::open,
     .at = hook::metadata},
    {.name = "authorize",
     .key = "authorize",
     .in_dialect = true,
     .methods = "GET, POST",
     .post_by = rule::authorize_post_accepted,
     .read = cross_origin::never,
     .at = hook::authorize,
     .refusals_there = true,
     .listed = metadata_place::front,
     .metadata_member = "authorization_endpoint",
     .title = "authorize",
     .what = "The authorization endpoint that the metadata advertises."},
    {.name = "authorize",
     .key = "authorize_api",
     .in_dialect = true,
     .methods = "GET",
     .methods_first = true,
     .at = hook::authorize,
     .refusals_there = true,
     .what = "The authorization endpoint of Polar's API, which answers its page with JSON."},
    {.name = "consent",
     .key = "consent",
     .in_dialect = true,
     .methods = "POST",
     .methods_first = true,
     .what = "The URL to which the consent page posts its form."},
    {.name = "sign_in", .key = "sign_in", .fixed_path = "/login", .methods = "POST", .read = cross_origin::never},
    {.name = "token",
     .key = "token",
     .in_dialect = true,
     .methods = "POST",
     .read = cross_origin::open,
     .at = hook::token,
     .moves = true,
     .auth_methods = &dialect::client_auth_methods,
     .lists_auth = true,
     .listed = metadata_place::front,
     .metadata_member = "token_endpoint",
     .title = "token",
     .what = "RFC 6749 §3.2."},
    {.name = "userinfo",
     .key = "userinfo",
     .in_dialect = true,
     .methods = "GET, POST",
     .read = cross_origin::open,
     .at = hook::userinfo,
     .moves = true,
     .listed = metadata_place::behind_challenge_methods,
     .metadata_member = "userinfo_endpoint",
     .capabilities = "userinfo signed_userinfo",
     .title = "userinfo",
     .what = "OIDC Core §5.3."},
    {.name = "jwks",
     .key = "jwks",
     .in_dialect = true,
     .methods = "GET",
     .methods_first = true,
     .read = cross_origin::open,
     .at = hook::jwks,
     .moves = true,
     .listed = metadata_place::front,
     .metadata_member = "jwks_uri",
     .title = "jwks",
     .what = "RFC 7517 §5."},
    {.name = "jwks",
     .key = "certs",
     .in_dialect = true,
     .methods = "GET",
     .methods_first = true,
     .read = cross_origin::open,
     .what = "The public keys as PEM, by kid: Google's older form of a JWK Set."},
    {.name = "revoke",
     .key = "revoke",
     .in_dialect = true,
     .methods = "POST",
     .read = cross_origin::open,
     .at = hook::revoke,
     .auth_methods = &dialect::revoke_auth_methods,
     .lists_auth = true,
     .listed = metadata_place::behind_grants,
     .metadata_member = "revocation_endpoint",
     .capabilities = "revoke",
     .title = "revoke",
     .what = "RFC 7009."},
    {.name = "introspect",
     .key = "introspect",
     .in_dialect = true,
     .methods = "POST",
     .at = hook::introspect,
     .auth_methods = &dialect::revoke_auth_methods,
     .lists_auth = true,
     .listed = metadata_place::behind_grants,
     .metadata_member = "introspection_endpoint",
     .capabilities = "introspect",
     .title = "introspect",
     .what = "RFC 7662."},
    {.name = "register",
     .key = "register",
     .in_dialect = true,
     .methods = "POST",
     .methods_first = true,
     .read = cross_origin::open,
     .at = hook::registration,
     .refusals_there = true,
     .listed = metadata_place::front,
     .metadata_member = "registration_endpoint",
     .capabilities = "register register_management",
     .title = "register",
     .what = "RFC 7591."},
    {.name = "par",
     .key = "par",
     .in_dialect = true,
     .methods = "POST",
     .read = cross_origin::open,
     .at = hook::par,
     .refusals_there = true,
     .auth_methods = &dialect::revoke_auth_methods,
     .listed = metadata_place::end,
     .metadata_member = "pushed_authorization_request_endpoint",
     .capabilities = "par",
     .title = "pushed request",
     .what = "RFC 9126."},
    {.name = "device_authorization",
     .key = "device_authorization",
     .in_dialect = true,
     .methods = "POST",
     .read = cross_origin::open,
     .at = hook::device,
     .auth_methods = &dialect::client_auth_methods,
     .listed = metadata_place::end,
     .metadata_member = "device_authorization_endpoint",
     .capabilities = "device_grant",
     .title = "device",
     .what = "RFC 8628 §3.1."},
    {.name = "device",
     .key = "device",
     .in_dialect = true,
     .methods = "GET, POST",
     .methods_first = true,
     .read = cross_origin::never,
     .what = "The page where users type the code of their device (RFC 8628 §3.3)."},
    {.name = "logout",
     .key = "end_session",
     .in_dialect = true,
     .methods = "GET, POST",
     .listed = metadata_place::end,
     .metadata_member = "end_session_endpoint",
     .capabilities = "rp_logout backchannel_logout frontchannel_logout",
     .title = "logout",
     .what = "OpenID Connect RP-Initiated Logout."},
    {.name = "webfinger",
     .key = "webfinger",
     .in_dialect = true,
     .methods = "GET",
     .methods_first = true,
     .read = cross_origin::open,
     .what = "WebFinger (RFC 7033 §4), which finds a user's OpenID provider."},
    {.name = "clients",
     .key = "clients",
     .in_dialect = true,
     .methods = "GET",
     .methods_first = true,
     .what = "Polar's list of the clients that a user has registered."},
    {.name = "secret_scanning",
     .key = "secret_scanning",
     .in_dialect = true,
     .methods = "POST",
     .methods_first = true,
     .what = "Polar's endpoint to which GitHub's secret scanning reports leaked tokens."},

    {.name = "register",
     .key = "registered_client",
     .methods = "GET, PUT, DELETE",
     .methods_first = true,
     .read = cross_origin::open,
     .at = hook::registration,
     .refusals_there = true},
    {.name = "resource", .key = "resource", .methods = "GET", .read = cross_origin::open, .at = hook::resource},
    {.name = "metadata", .key = "resource_metadata", .methods = "GET", .read = cross_origin::open},
    {.name = "elsewhere", .key = "elsewhere", .methods = "GET"},
    {.name = "backchannel_logout", .key = "backchannel_logout", .methods = "POST"},
    {.name = "other", .key = "other", .methods = "GET", .read = cross_origin::never},
    {.name = "", .key = "", .methods = "GET"},
}};

// A mistyped key does not compile.
[[nodiscard]] consteval const endpoint_row& endpoint_named(std::string_view key) {
    for (const auto& row : endpoint_rows) {
        if (row.key == key) return row;
    }
    throw "no endpoint has that key";
}

// The endpoint's path in that dialect; empty: the dialect does not have it, or it has no path of its own.
[[nodiscard]] inline std::string_view path_of(const endpoint_row& row, const dialect& d) {
    if (row.only_where != nullptr && !(d.*row.only_where)) return {};
    const std::string_view own = d.paths[static_cast<std::size_t>(&row - endpoint_rows.data())];
    return row.in_dialect || !own.empty() ? own : row.fixed_path;
}
static_assert(endpoint_rows.size() <= endpoint_paths_max);

}  // namespace assay::mock
