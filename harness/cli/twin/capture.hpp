// What of an archive is OAuth, and whose: each exchange is recognised by what it carries, and those of one provider
// are put together. Thread-safe: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/twin/har.hpp"

namespace assay::harness::twin {

enum class step_kind : std::uint8_t {
    metadata,
    jwks,
    authorize,
    token,
    userinfo,
    resource,
    introspect,
    revoke,
    registration,
    par,
    device_authorization,
    end_session
};

struct step {
    step_kind kind{};
    exchange of;
    oauth::form sent;    // parameters_of() the request
    json::value answer;  // body_of() the answer
    // Of an authorization request: what came back to the client, and where that was seen. No fields: not seen.
    oauth::form callback{};
    exchange came_by{};  // the answer that redirected, or the request to the client
    bool by_form = false;

    [[nodiscard]] bool is_refused() const;
};

// The conversations with one provider.
struct capture {
    std::string file;  // its name without folders
    std::size_t entries = 0;
    std::string day;
    std::string issuer;                // of metadata or an ID Token; empty: neither
    std::string origin;                // where people sign in, or else where tokens come from
    std::vector<std::string> origins;  // all of the provider
    std::vector<step> steps;           // in their order

    [[nodiscard]] const step* first(step_kind kind) const;  // not refused; nullptr: none
};

// Which provider of several: the issuer, or a host. Both empty: the only one.
struct chosen_provider {
    std::string issuer, host;
};
// Errors: usage: nothing of OAuth in it, several providers, or none of that name; the message names those there are.
[[nodiscard]] result<capture> find_provider(const std::vector<exchange>& all, const std::string& file,
                                            const chosen_provider& wanted);

// "entry 12: POST /token → 200", for comments.
[[nodiscard]] std::string seen_at(const exchange& e);
// Scheme and token of an Authorization header: {"Bearer", "gho_…"}; empty: there is none.
struct authorization {
    std::string scheme, token;
};
[[nodiscard]] authorization authorization_of(const http::request& r);
// Of the parameters or of HTTP Basic.
[[nodiscard]] std::string client_id_of(const step& s);

}  // namespace assay::harness::twin
