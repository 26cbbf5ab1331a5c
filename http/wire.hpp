// Serializes messages; what a response's framing means for its connection (RFC 9112 §6, §9). Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "http/message.hpp"

namespace assay::http {

// IMF-fixdate of that second since the epoch, RFC 9110 §5.6.7.
[[nodiscard]] std::string imf_fixdate(std::int64_t epoch_s);
// The present time as IMF-fixdate, RFC 9110 §5.6.7; cached per thread for a second.
[[nodiscard]] const std::string& date_now();

struct serialised {
    std::string bytes;
    bool framed = true;  // the peer can find the end of the response before the connection ends
    bool close = false;  // the response has "Connection: close"
};

// `head_only`: the response to HEAD. `closing`: the connection closes afterwards, and the header says so.
// `http10_alive`: the peer uses HTTP/1.0 and asked for keep-alive.
// `without`: fields that must not be added; `date`: replaces the present time.
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

// The bytes that a response keeps while it is written: its own, and those on the wire.
[[nodiscard]] std::size_t bytes_of(const response& r);
// The bytes that a plan keeps until it is carried out; what follows a wait is known after it.
[[nodiscard]] std::size_t bytes_of(const plan& steps);

// "close" or another token among the members of every Connection field (RFC 9110 §7.6.1).
[[nodiscard]] bool connection_has(const headers& h, std::string_view token);

}  // namespace assay::http
