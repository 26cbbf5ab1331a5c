// Where a server listens, as users write it: "127.0.0.1", "localhost", "::1", "[::1]:8080", "unix:/run/assay.sock".
// Thread-safe: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "data/result.hpp"

namespace assay::http {

struct listen_address {
    std::string host{};    // an IP address in its canonical form (RFC 5952), without brackets; empty: a unix socket
    std::string socket{};  // the path of the unix socket
    std::optional<std::uint16_t> port{};  // if it was given with the address
    bool loopback = false;                // only this machine reaches it
    bool v6 = false;
};

// Errors: usage.
[[nodiscard]] result<listen_address> parse_listen_address(std::string_view text);

}  // namespace assay::http
