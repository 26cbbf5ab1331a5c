// SHA-256 and HMAC-SHA256 (RFC 2104) with a keyed state that is copied, not shared. Thread-safe: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::oauth {

using sha256_digest = std::array<unsigned char, 32>;

[[nodiscard]] sha256_digest sha256_of(std::string_view bytes);

// A prepared key: the two hash states after the inner and the outer pad.
class hmac_sha256_key {
public:
    explicit hmac_sha256_key(std::string_view key);
    [[nodiscard]] sha256_digest mac(std::string_view bytes) const;

private:
    // The memory of OpenSSL's SHA256_CTX, opaque so that its header is included only in the .cpp.
    using state = std::array<std::uint32_t, 28>;
    state inner_{};
    state outer_{};
};

}  // namespace assay::oauth
