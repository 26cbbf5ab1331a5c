// The curve P-256 and owners for OpenSSL's numbers and points, shared by signing and verifying ES256. Thread-safe:
// the group is made once and only read.
#pragma once

#include <memory>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "oauth/evp.hpp"

namespace assay::oauth {

using bn_ctx = std::unique_ptr<BN_CTX, freed_by<BN_CTX_free>>;
using ec_group = std::unique_ptr<EC_GROUP, freed_by<EC_GROUP_free>>;
using ec_point = std::unique_ptr<EC_POINT, freed_by<EC_POINT_free>>;

constexpr std::size_t p256_field = 32;  // bytes of a coordinate, and of a number below the order

// nullptr: this OpenSSL does not have the curve.
[[nodiscard]] inline const EC_GROUP* p256_group() {
    static const ec_group curve(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    return curve.get();
}

}  // namespace assay::oauth
