// How a redirect_uri is held against the registered ones (RFC 9700 §2.1: simple string comparison; RFC 8252 §7.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// True where the text equals a registered one, is a loopback address with another port, or differs only in parts that
// the rules in force do not compare (noted as leniencies).
[[nodiscard]] bool redirect_uri_matches(context& c, const std::vector<std::string>& registered,
                                        std::string_view sent);

}  // namespace assay::mock
