// Checks of redirect URIs at registration (RFC 7591 §2, RFC 8252 §7, §8.3). Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/dialects/dialect.hpp"
#include "mock_server/rules/rules.hpp"

namespace assay::mock {

// A scheme and no fragment; also a host if the dialect requires one.
[[nodiscard]] bool is_absolute_redirect_uri(std::string_view text, const registration_rules& by);
// https, http on a host that the dialect allows, or a private-use scheme that neither runs code nor reads files.
[[nodiscard]] bool is_secure_redirect_uri(std::string_view text, const registration_rules& by);
// A private-use scheme is a reversed domain name (RFC 8252 §7.1).
[[nodiscard]] bool is_dotted_or_web(std::string_view text);
// Normalizes a URL as pydantic does: host in lower case, "/" for an empty path, no default port, other bytes encoded.
[[nodiscard]] std::string normalised(std::string_view text);

struct uri_finding {
    rule broken;
    std::string_view wanted;  // "an absolute URI without fragment"
};
// All findings about a redirect URI, from registration or configuration; the caller decides which of them the dialect
// enforces. `configured`: an operator may configure plain http to any host, which a registration may not, and the
// text is not normalized.
[[nodiscard]] std::vector<uri_finding> judge_redirect_uri(std::string_view text, const registration_rules& by,
                                                          bool configured);

}  // namespace assay::mock
