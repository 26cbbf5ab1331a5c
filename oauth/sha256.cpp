// The SHA256_* functions are deprecated in OpenSSL 3 but used on purpose: their state is plain memory that is copied
// without reference counts, which makes a short digest twice and an HMAC three times as fast as the EVP calls.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "oauth/sha256.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include <endian.h>
#include <openssl/sha.h>

namespace assay::oauth {
namespace {

constexpr std::size_t block = 64;

SHA256_CTX padded(const std::array<unsigned char, block>& key, unsigned char pad) {
    std::array<unsigned char, block> bytes = key;
    for (auto& b : bytes) b = static_cast<unsigned char>(b ^ pad);
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, bytes.data(), bytes.size());
    return state;
}

sha256_digest finished(SHA256_CTX state, const void* data, std::size_t size) {
    sha256_digest out;
    SHA256_Update(&state, data, size);
    SHA256_Final(out.data(), &state);
    return out;
}

// The message with its padding is one block (RFC 6234 §4.1): without the buffering of SHA256_Update and SHA256_Final.
constexpr std::size_t one_block_max = block - 1 - sizeof(std::uint64_t);

sha256_digest of_one_block(std::string_view bytes) {
    std::array<unsigned char, block> padded_bytes{};
    std::copy(bytes.begin(), bytes.end(), padded_bytes.begin());
    padded_bytes[bytes.size()] = 0x80;
    const auto bits = static_cast<unsigned>(8 * bytes.size());
    padded_bytes[block - 2] = static_cast<unsigned char>(bits >> 8U);
    padded_bytes[block - 1] = static_cast<unsigned char>(bits);
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Transform(&state, padded_bytes.data());
    sha256_digest out;
    for (std::size_t n = 0; n < out.size() / sizeof(std::uint32_t); ++n) {
        const std::uint32_t word = htobe32(state.h[n]);
        std::memcpy(out.data() + n * sizeof word, &word, sizeof word);
    }
    return out;
}

}  // namespace

sha256_digest sha256_of(std::string_view bytes) {
    if (bytes.size() <= one_block_max) return of_one_block(bytes);
    SHA256_CTX state;
    SHA256_Init(&state);
    return finished(state, bytes.data(), bytes.size());
}

hmac_sha256_key::hmac_sha256_key(std::string_view key) {
    static_assert(sizeof(state) == sizeof(SHA256_CTX), "OpenSSL changed its SHA-256 state");
    std::array<unsigned char, block> bytes{};
    if (key.size() > block) {
        const auto digest = sha256_of(key);
        std::copy(digest.begin(), digest.end(), bytes.begin());
    } else {
        std::copy(key.begin(), key.end(), bytes.begin());
    }
    inner_ = std::bit_cast<state>(padded(bytes, 0x36));
    outer_ = std::bit_cast<state>(padded(bytes, 0x5c));
}

sha256_digest hmac_sha256_key::mac(std::string_view bytes) const {
    const auto inside = finished(std::bit_cast<SHA256_CTX>(inner_), bytes.data(), bytes.size());
    return finished(std::bit_cast<SHA256_CTX>(outer_), inside.data(), inside.size());
}

}  // namespace assay::oauth
