// What a client most likely did wrong, deduced from one journal entry: the request and the refusal, with the expected
// and the received value. A table of common mistakes by name; pure functions over it, thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "mock_server/observe/journal.hpp"

namespace assay::mock {

struct mistake {
    std::string_view name;  // "padded_code_challenge"
    std::string_view clause;
    std::string_view what;  // what happened, one sentence
    std::string_view mend;  // what the client should do, one sentence
};

// The most likely mistake behind the refusal. Without a refusal: the mistakes behind each rule that was violated but
// not enforced (leniencies), and what works here but is not secure. Empty when no mistake is known.
[[nodiscard]] std::vector<mistake> diagnose(const journal_entry& e);
[[nodiscard]] std::vector<mistake> all_mistakes();
[[nodiscard]] json::array to_json(const std::vector<mistake>& list);

// What a refusal says it received, if the journal must not have the value; diagnose() reads it.
namespace got {
inline constexpr std::string_view secret_not_form_encoded = "the client_secret, not form-encoded";
inline constexpr std::string_view secret_with_white_space = "the client_secret and white space";
inline constexpr std::string_view secret_encoded_twice = "the client_secret, encoded once too often";
inline constexpr std::string_view secret_of_another_client = "the client_secret of another client";
inline constexpr std::string_view another_secret = "another client_secret";
inline constexpr std::string_view refresh_token_retired = "a refresh_token that was rotated away";
inline constexpr std::string_view refresh_token_ended = "a revoked or expired refresh_token";
inline constexpr std::string_view access_token_for_refresh = "an access_token";
inline constexpr std::string_view refresh_token_never_made = "a refresh_token that this issuer never issued";
inline constexpr std::string_view refresh_token_for_access = "a refresh_token";
inline constexpr std::string_view code_for_access = "an authorization code";
}  // namespace got

}  // namespace assay::mock
