#include "oauth/crypto.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "oauth/sha256.hpp"

namespace assay::oauth {
namespace {

std::string text_of(const sha256_digest& digest) {
    return {digest.begin(), digest.end()};
}

constexpr std::array<std::uint32_t, 256> crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t c = i;
        for (int bit = 0; bit < 8; ++bit) c = (c & 1U) != 0 ? 0xedb88320U ^ c >> 1U : c >> 1U;
        table[i] = c;
    }
    return table;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    return text_of(sha256_of(bytes));
}

std::string sha384(std::string_view bytes) {
    std::string out(SHA384_DIGEST_LENGTH, '\0');
    SHA384(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           reinterpret_cast<unsigned char*>(out.data()));
    return out;
}

std::string sha512(std::string_view bytes) {
    std::string out(SHA512_DIGEST_LENGTH, '\0');
    SHA512(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           reinterpret_cast<unsigned char*>(out.data()));
    return out;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    return text_of(hmac_sha256_key(key).mac(bytes));
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    // Predictable secrets would be worse than a crash, and no caller can repair a system without entropy.
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) {
        std::fputs("assay: the system gives no random bytes; check the OpenSSL configuration\n", stderr);
        std::abort();
    }
    return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::uint32_t crc32(std::string_view bytes) {
    static constexpr auto table = crc_table();
    std::uint32_t c = 0xffffffffU;
    for (const char ch : bytes) c = table[(c ^ static_cast<unsigned char>(ch)) & 255U] ^ c >> 8U;
    return ~c;
}

}  // namespace assay::oauth
