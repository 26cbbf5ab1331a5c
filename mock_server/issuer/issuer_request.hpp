// A request to create an issuer, from the control API or from a file of `assay serve`: one shape for both.
// Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

struct issuer_request {
    std::string name;  // empty: a name is generated
    std::string dialect = "strict";
    sign_in how = sign_in::page;
    std::vector<client> clients;
    // They replace the demo users and organizations if any are given.
    std::vector<user> users;
    std::vector<organization> organizations;
    std::vector<claim_row> claims;
    json::value faults = json::array{};
    std::optional<std::int64_t> now;
    std::int64_t ttl_s = 0;
    std::size_t journal_entries = journal::entries_default;  // 0: none
    std::vector<std::string> signing_algs{};                 // the default first; empty: the dialect's
    int rsa_bits = rsa_bits_default;                         // of its RSA keys: one of rsa_sizes
    std::vector<std::string> resources{};                    // RFC 8707, besides the dialect's
    bool ends_in_slash = false;  // the issuer identifier ends in a slash, in metadata, iss and everywhere else
    bool own_origin = false;     // a port of its own, so that no pooled connection is shared with another issuer
    bool tls = false;            // over TLS, even if the first port is plain HTTP
    std::vector<trusted_issuer> trusted_issuers{};  // whose JWTs are grants (RFC 7523 §2.1)
    std::string host{};                             // of its own, in lower case; empty: it is at /i/{name}
    std::string seed{};                             // of its random values, whatever its name; empty: the mock's
    bool any_user = false;                          // a leniency: strangers can sign in, under any name
    bool isolated = false;                          // each browser is asked for consent itself
};

// Errors: usage, naming the member and the nearest valid one.
[[nodiscard]] result<issuer_request> issuer_request_from_json(const json::value& v);

// Segments of a path, each 1 to 64 of [A-Za-z0-9_-]: "acme", "realms/acme". Errors: usage.
inline constexpr std::size_t name_segments_max = 8;  // "realms/demo" has two
[[nodiscard]] result<void> demand_issuer_name(std::string_view name);
// The host of a URL, without a port: "login.localhost", "[::1]". Errors: usage.
[[nodiscard]] result<void> demand_issuer_host(std::string_view host);
// The first is one that an issuer can sign with (oauth::asymmetric_alg_names()), the second one of rsa_sizes. Errors:
// usage.
[[nodiscard]] result<void> demand_signing_alg(std::string_view alg);
[[nodiscard]] result<void> demand_rsa_bits(std::int64_t bits);
// An absolute URI without fragment (RFC 8707 §2), or a path below the issuer's URL. Errors: usage.
[[nodiscard]] result<void> demand_resource(std::string_view text);

// Errors: usage for the first member that is not in `allowed`, with the nearest name.
[[nodiscard]] result<void> only_members(const json::value& v, std::span<const std::string_view> allowed,
                                        std::string_view what);

}  // namespace assay::mock
