// An issuer as people ask for one, by the control API and by a file of `assay serve`: one shape for both. Pure
// functions.
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
    std::string name;  // empty: one is made up
    std::string dialect = "strict";
    sign_in how = sign_in::page;
    std::vector<client> clients;
    // In place of the demo's, where either is there.
    std::vector<user> users;
    std::vector<organization> organizations;
    std::vector<claim_row> claims;
    json::value faults = json::array{};
    std::optional<std::int64_t> now;
    std::int64_t ttl_s = 0;
    std::size_t journal_entries = journal::entries_default;  // 0: none
    std::vector<std::string> signing_algs{};                 // the default first; empty: the dialect's
    std::vector<std::string> resources{};                    // RFC 8707, beside the dialect's
    bool ends_in_slash = false;  // so does its name in the metadata, in iss and everywhere else
    bool own_origin = false;     // a port of its own, so that no pooled connection leads to another issuer
    bool tls = false;            // over TLS, whatever the first port speaks
};

// Errors: usage, naming the member and the nearest valid one.
[[nodiscard]] result<issuer_request> issuer_request_from_json(const json::value& v);

// Segments of a path, each 1 to 64 of [A-Za-z0-9_-]: "acme", "realms/acme". Errors: usage.
inline constexpr std::size_t name_segments_max = 8;  // "realms/demo" has two
[[nodiscard]] result<void> demand_issuer_name(std::string_view name);
// An absolute URI without fragment (RFC 8707 §2), or a path below the issuer. Errors: usage.
[[nodiscard]] result<void> demand_resource(std::string_view text);

// Refuses the first member that is none of these, with the nearest name.
[[nodiscard]] result<void> only_members(const json::value& v, std::span<const std::string_view> allowed,
                                        std::string_view what);

}  // namespace assay::mock
