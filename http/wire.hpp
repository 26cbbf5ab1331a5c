// Messages to bytes, and what an answer's framing means for its connection (RFC 9112 §6, §9). Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/message.hpp"

namespace assay::http {

// IMF-fixdate of that second since the epoch, RFC 9110 §5.6.7.
[[nodiscard]] std::string imf_fixdate(std::int64_t epoch_s);
// IMF-fixdate of now, RFC 9110 §5.6.7; remembered for a second, per thread.
[[nodiscard]] const std::string& date_now();

struct serialised {
    std::string bytes;
    bool framed = true;  // the peer can tell where the answer ends without the connection's end
    bool close = false;  // the answer itself says "Connection: close"
};

// `head_only`: the answer to HEAD. `closing`: this connection ends afterwards and the header says so. `http10_alive`:
// the peer speaks HTTP/1.0 and asked to keep the connection.
// `without`: fields that are not added though they would be; `date`: in place of now's.
struct framing {
    bool head_only = false;
    bool closing = false;
    bool http10_alive = false;
    bool exact = false;
    std::vector<std::string> without{};
    std::string date{};
};
[[nodiscard]] serialised serialise(const response& r, const framing& how);
[[nodiscard]] std::string serialise(const request& r);

// "close" or another token among the members of every Connection field (RFC 9110 §7.6.1).
[[nodiscard]] bool connection_has(const headers& h, std::string_view token);

}  // namespace assay::http
