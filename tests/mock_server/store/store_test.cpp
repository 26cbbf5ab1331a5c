// The codes of an issuer, and the nonces of unredeemed codes.
#include <string>

#include <gtest/gtest.h>

#include "mock_server/store/memory_store.hpp"

namespace assay::mock {
namespace {

code_grant grant_of(const std::string& client_id, const std::string& nonce) {
    code_grant g;
    g.client_id = client_id;
    if (!nonce.empty()) g.nonce = nonce;
    g.of = {"user", "ada"};
    return g;
}

TEST(store, a_nonce_is_in_use_until_the_last_of_its_codes_is_spent) {
    memory_store s;
    EXPECT_TRUE(s.put_code("1", grant_of("web", "n")));
    EXPECT_TRUE(s.put_code("2", grant_of("web", "n")));
    EXPECT_TRUE(s.put_code("3", grant_of("web", "")));
    EXPECT_TRUE(s.nonce_in_use("web", "n"));
    EXPECT_FALSE(s.nonce_in_use("other", "n"));
    EXPECT_FALSE(s.nonce_in_use("web", ""));
    EXPECT_TRUE(s.redeem_code("1"));
    EXPECT_FALSE(s.redeem_code("1"));
    EXPECT_TRUE(s.nonce_in_use("web", "n"));
    EXPECT_TRUE(s.redeem_code("2"));
    EXPECT_FALSE(s.nonce_in_use("web", "n"));
}

TEST(store, codes_that_end_otherwise_let_their_nonce_go) {
    memory_store s;
    EXPECT_TRUE(s.put_code("same", grant_of("web", "before")));
    EXPECT_TRUE(s.put_code("same", grant_of("web", "after")));
    EXPECT_FALSE(s.nonce_in_use("web", "before"));
    s.forget_client("web");
    EXPECT_FALSE(s.nonce_in_use("web", "after"));
    EXPECT_TRUE(s.put_code("mine", grant_of("spa", "n")));
    EXPECT_TRUE(s.withdraw_consent("spa", "ada", false));
    EXPECT_TRUE(s.nonce_in_use("spa", "n"));
    EXPECT_TRUE(s.withdraw_consent("spa", "ada", true));
    EXPECT_FALSE(s.nonce_in_use("spa", "n"));
    for (int n = 0; n <= 100'000; ++n)
        EXPECT_TRUE(s.put_code(std::to_string(n), grant_of("web", "n" + std::to_string(n))));
    EXPECT_FALSE(s.nonce_in_use("web", "n0"));
    EXPECT_TRUE(s.nonce_in_use("web", "n1"));
}

}  // namespace
}  // namespace assay::mock
