// Where the store is, from the text of --store. Thread-safe: plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "http/byte_stream.hpp"

namespace assay::mock::redis {

// redis://[user[:password]@]host[:6379][/database][?options], rediss:// over TLS. With Sentinel:
// redis+sentinel://[user[:password]@]host[:26379][,host…]/master[/database][?options], rediss+sentinel://.
struct address {
    std::vector<http::byte_stream_address> hosts;  // of Redis one, of Sentinel one or more
    std::string master;  // the name of the master that Sentinel is asked for; empty: no Sentinel
    std::string user;
    std::string password;
    std::string sentinel_user;  // for a Sentinel that wants a password; none: user and password, too
    std::string sentinel_password;
    std::int64_t database = 0;
    bool tls = false;
    std::string prefix = "assay";            // of all keys
    std::chrono::milliseconds timeout{500};  // for connecting, and for a command
    std::int64_t keep_s = 3600;              // how much longer than its lifetime an entry is kept
    std::int64_t replicas = 0;               // that must have a write before it counts

    [[nodiscard]] std::string shown() const;  // for messages and pages: without user and password
};

// Errors: usage, naming what is wrong.
[[nodiscard]] result<address> parse_address(const std::string& text);

}  // namespace assay::mock::redis
