// Many signatures verified together: RS256, ES256 and EdDSA eight at a time where the processor has AVX-512 IFMA, the
// others one by one by jwk::verify(). What is accepted is the same. Thread-safe: a plain function.
#pragma once

#include <span>
#include <string_view>

#include "oauth/jwk.hpp"

namespace assay::oauth {

struct signature_check {
    const jwk* key;
    jws_alg alg;
    std::string_view input;      // the signed bytes
    std::string_view signature;  // raw bytes
    bool good = false;           // the result
};

// Sets `good` of each to what key->verify(alg, input, signature) returns. The keys, also equal ones, come in any
// order.
void verify_signatures(std::span<signature_check> all);

}  // namespace assay::oauth
