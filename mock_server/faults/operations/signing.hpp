// An ID Token as a fault wants it signed: with another key, a broken signature, or not at all. Thread-safe: the keys
// are constant.
#pragma once

#include <string>
#include <vector>

#include "data/json.hpp"
#include "mock_server/faults/operation.hpp"
#include "oauth/jwk.hpp"

namespace assay::mock {

// What a token is signed with where no fault says otherwise, and what a forger could know of the client.
struct honest_signing {
    oauth::jws_alg alg = oauth::jws_alg::RS256;
    const oauth::jwk& key;
    std::string client_secret;
};

// What it is signed with in fact. `weak`: with the RSA key of 1024 bits.
struct signing {
    oauth::jws_alg alg;
    oauth::jwk key;
    bool weak = false;
};

// The compact form of header and claims, signed and broken as the operations say.
[[nodiscard]] std::string sign_as_told(const json::object& header, const json::object& claims,
                                       const honest_signing& by, const std::vector<operation>& operations);
[[nodiscard]] std::vector<std::string> key_names();

// Public halves of the development keys, for JOSE headers and JWK Sets: `second_jwk`, `es256_jwk`, `ed25519_jwk`,
// `weak_jwk`, `unpublished_jwk`, and `secret_jwk`, an oct key with its secret; `kid` of the honest key, unless
// `values` says which.
void append_keys(json::object& values, const oauth::jwk& honest);

}  // namespace assay::mock
