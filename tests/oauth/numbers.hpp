// Helpers for crafted numbers and digests in tests of signatures.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/bn.h>

#include "oauth/sha256.hpp"
#include "tests/oauth/plain_evp.hpp"

namespace assay::oauth {

using number = std::unique_ptr<BIGNUM, plain::freed<BN_free>>;

inline number num(std::string_view big_endian) {
    return number(BN_bin2bn(plain::bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
}
inline std::string bytes(const BIGNUM* n, int size) {
    std::string out(static_cast<std::size_t>(size), '\0');
    EXPECT_EQ(BN_bn2binpad(n, reinterpret_cast<unsigned char*>(out.data()), size), size);
    return out;
}
inline std::string from_hex(const char* hex) {
    BIGNUM* n = nullptr;
    BN_hex2bn(&n, hex);
    const number own(n);
    return bytes(n, static_cast<int>(std::string_view(hex).size() / 2));
}

inline std::string digest_of(std::string_view message) {
    const auto d = sha256_of(message);
    return {d.begin(), d.end()};
}

}  // namespace assay::oauth
