// The pages a person meets: sign in, consent, error, and the page of a running issuer. Plain HTML without script or
// external asset; every value is escaped. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/context.hpp"

namespace assay::mock::pages {

struct consent_view {
    client asking;
    user who;
    std::vector<std::string> scope;
    bool organization = false;  // sub_type=organization: one must be chosen
    std::string action;         // where the form goes
    std::string csrf_token;     // empty: none
};

[[nodiscard]] std::string sign_in(const context& c, std::string_view action, std::string_view return_to,
                                  std::string_view login_hint);
[[nodiscard]] std::string consent(const context& c, const consent_view& v);
[[nodiscard]] std::string error(const context& c, const refusal& r);
[[nodiscard]] std::string about(const issuer& i);
[[nodiscard]] std::string escape(std::string_view text);

}  // namespace assay::mock::pages
