// Redirect URIs as they are registered (RFC 7591 §2, RFC 8252 §7, §8.3). Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/dialects/dialect.hpp"
#include "mock_server/rules/rules.hpp"

namespace assay::mock {

// Scheme, and no fragment; with a host where the dialect needs one.
[[nodiscard]] bool is_absolute_redirect_uri(std::string_view text, const registration_rules& by);
// https, http on the hosts that the dialect allows it on, or a private-use scheme that neither runs nor reads things.
[[nodiscard]] bool is_secure_redirect_uri(std::string_view text, const registration_rules& by);
// A private-use scheme is a reversed domain name (RFC 8252 §7.1).
[[nodiscard]] bool is_dotted_or_web(std::string_view text);
// As pydantic writes a URL down: host in lower case, "/" for an empty path, no default port, the rest encoded.
[[nodiscard]] std::string normalised(std::string_view text);

struct uri_finding {
    rule broken;
    std::string_view wanted;  // "an absolute URI without fragment"
};
// Everything that is wrong with a redirect URI, by whatever door it comes in; whether the dialect minds is the
// caller's to ask. `configured`: whoever runs the server may write plain http to any host, which no registration may,
// and gets no spelling mended.
[[nodiscard]] std::vector<uri_finding> judge_redirect_uri(std::string_view text, const registration_rules& by,
                                                          bool configured);

}  // namespace assay::mock
