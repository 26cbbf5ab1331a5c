// How a fault signs an ID Token: with another key, with a broken signature, or not at all. Thread-safe: the keys are
// constant.
#pragma once

#include <string>
#include <vector>

#include "data/json.hpp"
#include "mock_server/faults/operation.hpp"
#include "oauth/jwk.hpp"

namespace assay::mock {

// The correct key of a token, and the client's secret, which a forger might know.
struct honest_signing {
    oauth::jws_alg alg = oauth::jws_alg::RS256;
    const oauth::jwk& key;
    std::string client_secret;
};

// The key that is used. `weak`: the RSA key of 1024 bits instead.
struct signing {
    oauth::jws_alg alg;
    oauth::jwk key;
    bool weak = false;
};

// The compact serialization of header and claims, signed and changed as the operations say.
[[nodiscard]] std::string sign_as_told(const json::object& header, const json::object& claims,
                                       const honest_signing& by, const std::vector<operation>& operations);
[[nodiscard]] std::vector<std::string> key_names();

// Adds the public halves of the development keys, for JOSE headers and JWK Sets: `second_jwk`, `es256_jwk`,
// `ed25519_jwk`, `weak_jwk`, `unpublished_jwk`, and `secret_jwk`, an oct key with its secret; also `kid` of the
// correct key, unless `values` has one.
void append_keys(json::object& values, const oauth::jwk& honest);

}  // namespace assay::mock
