// Checks of a JOSE header that all verifiers share. Only for oauth/*.cpp. Thread-safe: plain functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "oauth/jwt.hpp"

namespace assay::oauth {

[[nodiscard]] std::optional<std::string> kid_of(const jws_parts& parts);
// The header's alg when the caller accepts it; `none` is never accepted. Errors: crypto.
[[nodiscard]] result<jws_alg> accepted_alg(const jws_parts& parts, const std::vector<jws_alg>& accepted);

}  // namespace assay::oauth
