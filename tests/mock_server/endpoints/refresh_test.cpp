// What a refresh keeps of the tokens before it.
#include "mock_server/store/token_store.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

struct refresh_flow : flow {
    refresh_flow() : flow("strict") {}

    std::string refresh(const std::string& token, const std::string& scope = {}) {
        oauth::form p{{"grant_type", "refresh_token"}, {"refresh_token", token}};
        if (!scope.empty()) p.append("scope", scope);
        return std::string(body_of(post("/token", p, basic)).string_at("refresh_token"));
    }
    std::shared_ptr<const token_grant> grant_of(const std::string& refresh_token) const {
        const auto pair = at->tokens.pairs.find_refresh(refresh_token);
        return pair ? pair->grant : nullptr;
    }
};

// Millions of pairs fit into the memory of a mock because those of one authorization have one grant.
TEST(refresh, pairs_of_one_authorization_share_their_grant) {
    refresh_flow f;
    const std::string first(f.tokens().string_at("refresh_token"));
    const auto second = f.refresh(first);
    const auto third = f.refresh(second);
    ASSERT_NE(f.grant_of(third), nullptr);
    EXPECT_EQ(f.grant_of(second), f.grant_of(first));
    EXPECT_EQ(f.grant_of(third), f.grant_of(first));
}

// RFC 6749 §6: a new refresh token has the scope of the old one, whatever access token was asked for.
TEST(refresh, less_scope_once_is_not_less_for_ever) {
    refresh_flow f;
    const std::string first(f.tokens().string_at("refresh_token"));
    const auto second = f.refresh(first, "email");
    ASSERT_NE(f.grant_of(second), nullptr);
    EXPECT_EQ(f.grant_of(second)->scope, "email");
    EXPECT_EQ(f.grant_of(second)->refresh_scope, "openid email");
    const auto third = f.refresh(second);
    ASSERT_NE(f.grant_of(third), nullptr);
    EXPECT_EQ(f.grant_of(third), f.grant_of(first)) << f.grant_of(third)->scope;
}

}  // namespace
}  // namespace assay::mock
