#include "data/nearest.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

const std::vector<std::string> verbs{"authorize", "token", "refresh", "userinfo", "introspect", "revoke"};

TEST(nearest, finds_the_name_that_was_meant) {
    EXPECT_EQ(nearest("autorize", verbs), "authorize");
    EXPECT_EQ(nearest("tokne", verbs), "token");
    EXPECT_EQ(nearest("user_info", verbs), "userinfo");
    EXPECT_EQ(nearest("revoke", verbs), "revoke");
}

TEST(nearest, finds_nothing_far_away) {
    EXPECT_EQ(nearest("banana", verbs), "");
    EXPECT_EQ(nearest("x", {}), "");
}

TEST(nearest, knows_words_in_another_order_and_half_a_name) {
    const std::vector<std::string> names{"id_token_aud_wrong", "tcp_reset_after", "tcp_short_body"};
    EXPECT_EQ(nearest("id_token_wrong_aud", names), "id_token_aud_wrong");
    EXPECT_EQ(nearest("tcp_reset", names), "tcp_reset_after");
    EXPECT_EQ(nearest("aud", names), "id_token_aud_wrong");
    EXPECT_EQ(nearest("xy", names), "");
}

TEST(nearest, knows_another_form_of_the_word) {
    const std::vector<std::string> names{"register", "revoke", "introspect", "regions", "id_token_aud_wrong"};
    EXPECT_EQ(nearest("registration", names), "register");
    EXPECT_EQ(nearest("revocation", names), "revoke");
    EXPECT_EQ(nearest("introspection", names), "introspect");
    EXPECT_EQ(nearest("reg", names), "regions") << "the shortest that contains it";
    EXPECT_EQ(nearest("revelations", names), "") << "three letters are too few";
    EXPECT_EQ(nearest("id_token_banana", names), "") << "not one word";
}

// "ab" -> "ba" is one step as a swap and two as replacements: the swap must win over a name two steps away.
TEST(nearest, counts_a_transposition_once) {
    const std::vector<std::string> names{"abcdxx", "abdcef"};
    EXPECT_EQ(nearest("abcdef", names), "abdcef");
}

TEST(did_you_mean, ends_a_message) {
    EXPECT_EQ(did_you_mean("tokken", verbs), "; did you mean 'token'?");
    EXPECT_EQ(did_you_mean("banana", verbs), "; known: authorize, token, refresh, userinfo, introspect, revoke");
    EXPECT_EQ(did_you_mean("banana", std::vector<std::string>(13, "something-long")), "");
    EXPECT_EQ(did_you_mean("banana", {}), "");
}

}  // namespace
}  // namespace assay
