// The names of an issuer's keys: "assay:{default}:code:…". The braces put all keys of an issuer into one slot of a
// cluster, as the scripts need it. Tokens, codes and texts of requests are in them as digests. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "mock_server/redis/records.hpp"

namespace assay::mock::redis {

class key_names {
public:
    key_names(std::string_view prefix, std::string_view issuer) {
        stem_ = std::string(prefix) + ":{" + std::string(issuer) + "}:";
    }

    [[nodiscard]] std::string of(std::string_view kind) const { return stem_ + std::string(kind); }
    [[nodiscard]] std::string of(std::string_view kind, std::string_view text) const {
        return of(kind, digest_of(text));
    }
    [[nodiscard]] std::string of(std::string_view kind, const token_digest& d) const {
        return stem_ + std::string(kind) + ":" + hex_of(d);
    }

private:
    std::string stem_;
};

// How long what has no end is kept: seconds since it was last written.
inline constexpr std::int64_t kept_at_most_s = 90 * 86'400;

}  // namespace assay::mock::redis
