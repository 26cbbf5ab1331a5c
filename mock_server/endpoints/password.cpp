#include "mock_server/endpoints/password.hpp"

#include <fmt/format.h>

#include "mock_server/protocol/requested_scope.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/crypto.hpp"

namespace assay::mock::endpoints {
namespace {

std::string password_of(const user& who) {
    return who.password.empty() ? who.username + "-password" : who.password;
}

// Where a rule is off and the user is unknown: the first user.
outcome<std::shared_ptr<const user>> find_person(context& c) {
    const std::string username(c.in.body.value("username"));
    const auto password = c.in.body.value("password");
    if (auto no = c.demand(rule::token_password_credentials_present, !username.empty() && !password.empty(),
                           username.empty() ? "no username" : "no password", "username and password")) {
        return refuse(*no);
    }
    const auto person = c.at->find_user(username);
    const bool right = person != nullptr && oauth::equal_constant_time(password, password_of(*person));
    const std::string guessed = "password\n" + username;
    auto& memory = c.at->short_lived;
    if (!right) memory.note_failure(guessed, c.now);
    const auto bearable = c.speaks().failed_authentications;
    if (auto no = c.demand(rule::token_password_guessing_throttled,
                           bearable == 0 || memory.failures(guessed, c.now) <= bearable, "too many wrong passwords",
                           fmt::format("{} in a minute", bearable))) {
        return refuse(*no);
    }
    if (auto no = c.demand(rule::token_password_matches, right,
                           person == nullptr ? "a username that no user has" : "another password",
                           "the user's password: by default USERNAME-password")) {
        return refuse(*no);
    }
    return person != nullptr ? person : c.at->first_user();
}

}  // namespace

answer password(context& c, const authenticated_client& who) {
    auto person = find_person(c);
    if (!person) return refusal_response(c, person.error());
    auto g = requested_grant(c, who, {"user", (*person)->sub});
    if (!g) return refusal_response(c, g.error());
    g->auth_time = c.now;
    g->with_id_token = true;
    c.answers_at = hook::token;
    return issue_tokens(c, *g);
}

}  // namespace assay::mock::endpoints
