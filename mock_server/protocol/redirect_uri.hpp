// Compares a redirect_uri with the registered ones (RFC 9700 §2.1: simple string comparison; RFC 8252 §7.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// True when the text equals a registered one, is a loopback IP address with another port, or differs only in parts
// that the rules in force do not compare (recorded as leniencies).
[[nodiscard]] bool redirect_uri_matches(context& c, const std::vector<std::string>& registered,
                                        std::string_view sent);

}  // namespace assay::mock
