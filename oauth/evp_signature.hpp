// RSA and ECDSA signatures with any hash and curve of jws_alg_rows, by OpenSSL's digest-and-sign functions: for the
// algorithms that have no fast implementation of their own. Only for oauth/*.cpp. Thread-safe: plain functions.
#pragma once

#include <string>
#include <string_view>

#include "oauth/evp.hpp"
#include "oauth/jws_alg.hpp"

namespace assay::oauth {

// Raw signature bytes, for ECDSA r||s (RFC 7518 §3.4); empty if the key cannot. The row's kind and the key's type and
// curve must fit.
[[nodiscard]] std::string evp_sign(EVP_PKEY* key, const jws_alg_row& row, std::string_view input);
[[nodiscard]] bool evp_verify(EVP_PKEY* key, const jws_alg_row& row, std::string_view input,
                              std::string_view signature);

}  // namespace assay::oauth
