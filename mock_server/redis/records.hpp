// What is stored, as JSON text. A record that does not parse counts as absent. Thread-safe: pure functions.
#pragma once

#include <optional>
#include <string>

#include "mock_server/issuer/client.hpp"
#include "mock_server/store/store.hpp"
#include "mock_server/store/transients.hpp"

namespace assay::mock::redis {

[[nodiscard]] std::string hex_of(const token_digest& d);

[[nodiscard]] std::string record_of(const code_grant& g);
[[nodiscard]] std::optional<code_grant> code_grant_of(const std::string& record);  // without `redeemed`
[[nodiscard]] std::string record_of(const token_pair& p);
[[nodiscard]] std::optional<token_pair> token_pair_of(const std::string& record);  // without what is revoked
[[nodiscard]] std::string record_of(const session& s);
[[nodiscard]] std::optional<session> session_of(const std::string& record);  // without its clients
[[nodiscard]] std::string record_of(const pushed_request& r);
[[nodiscard]] std::optional<pushed_request> pushed_request_of(const std::string& record);  // without `used`
[[nodiscard]] std::string record_of(const client& c);
[[nodiscard]] std::optional<client> client_of(const std::string& record);

}  // namespace assay::mock::redis
