// JWTs of the issuers that this one trusts: assertions (RFC 7523 §2.1) and subject tokens (RFC 8693 §2.1).
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "mock_server/request/answers.hpp"

namespace assay::mock {

struct foreign_jwt {
    bool is_jwt = false;
    json::object claims;                 // empty if it is none
    const trusted_issuer* by = nullptr;  // the trusted issuer that iss names; nullptr: none
    result<void> verified;               // whether a key of that issuer signed it
};
[[nodiscard]] foreign_jwt read_foreign_jwt(const context& c, std::string_view text);

// Whom its sub stands for; nullopt: sub is missing, or no user stands for it where the configuration names users.
[[nodiscard]] std::optional<subject> subject_of(const context& c, const foreign_jwt& jwt);

// `next`, once the keys of the issuers of all these JWTs are there: they may have to be fetched.
[[nodiscard]] answer with_keys_of(context& c, std::initializer_list<std::string_view> texts,
                                  std::function<http::response()> next);

}  // namespace assay::mock
