// Peers by their addresses: "127.0.0.1, 10.0.0.0/8, fd00::/8" (RFC 4632, RFC 4291 §2.3), and "unix", whoever connects
// to a unix socket. Thread-safe once parsed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "data/result.hpp"

namespace assay::http {

class peers {
public:
    // Adds one address, one network or "unix". Errors: usage.
    [[nodiscard]] result<void> add(std::string_view text);
    [[nodiscard]] bool empty() const { return networks_.empty() && !unix_; }
    // An IPv4 address and its form in IPv6, which a socket for both families reports, are the same peer.
    [[nodiscard]] bool contains(std::string_view address) const;
    [[nodiscard]] bool contains_unix() const { return unix_; }

private:
    using bytes = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:0:0/96 (RFC 4291 §2.5.5.2)
    struct network {
        bytes first{};
        unsigned bits = 0;
    };
    static bool read(std::string_view text, bytes& out, bool& v4);

    std::vector<network> networks_;
    bool unix_ = false;
};

}  // namespace assay::http
