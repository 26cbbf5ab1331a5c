#include "http/message.hpp"

#include <gtest/gtest.h>

#include "http/wire.hpp"

namespace assay::http {
namespace {

TEST(headers, find_any_case_and_keep_order_and_duplicates) {
    headers h{{"Set-Cookie", "a=1"}, {"X", "y"}, {"set-cookie", "b=2"}};
    EXPECT_EQ(h.value("SET-COOKIE"), "a=1");
    EXPECT_EQ(h.all("Set-cookie"), (std::vector<std::string>{"a=1", "b=2"}));
    EXPECT_EQ(h.find("none"), nullptr);
    h.set("SET-cookie", "c=3");
    ASSERT_EQ(h.list.size(), 2U);
    EXPECT_EQ(h.list[0].name, "SET-cookie");
    EXPECT_EQ(h.list[0].value, "c=3");
    EXPECT_TRUE(h.erase("x"));
    EXPECT_FALSE(h.erase("x"));
}

TEST(request, splits_its_target_at_the_first_mark) {
    request r;
    r.target = "/a?b?c";
    EXPECT_EQ(r.path(), "/a");
    EXPECT_EQ(r.query(), "b?c");
    r.target = "/a";
    EXPECT_EQ(r.path(), "/a");
    EXPECT_EQ(r.query(), "");
}

TEST(serialise, adds_length_and_date_unless_exact) {
    response r;
    r.body = "abc";
    const auto normal = serialise(r, framing{});
    EXPECT_NE(normal.bytes.find("Content-Length: 3\r\n"), std::string::npos);
    EXPECT_NE(normal.bytes.find("Date: "), std::string::npos);
    EXPECT_TRUE(normal.framed);
    framing exact;
    exact.exact = true;
    const auto bare = serialise(r, exact);
    EXPECT_EQ(bare.bytes, "HTTP/1.1 200 OK\r\n\r\nabc");
    EXPECT_FALSE(bare.framed);
}

TEST(serialise, knows_when_a_length_lies) {
    response r;
    r.body = "abc";
    r.head = {{"Content-Length", "4"}};
    EXPECT_FALSE(serialise(r, framing{}).framed);
    r.head = {{"Content-Length", "3"}};
    EXPECT_TRUE(serialise(r, framing{}).framed);
    r.head = {{"Content-Length", "3"}, {"Content-Length", "3"}};
    EXPECT_FALSE(serialise(r, framing{}).framed);
}

TEST(serialise, gives_no_body_to_head_and_204) {
    response r;
    r.body = "abc";
    framing head;
    head.head_only = true;
    EXPECT_TRUE(serialise(r, head).bytes.ends_with("Content-Length: 3\r\nDate: " + date_now() + "\r\n\r\n") ||
                serialise(r, head).bytes.ends_with("Content-Length: 3\r\n\r\n"));
    r.status = 204;
    const auto none = serialise(r, framing{});
    EXPECT_EQ(none.bytes.find("Content-Length"), std::string::npos);
    EXPECT_TRUE(none.bytes.ends_with("\r\n\r\n"));
}

TEST(connection_has, reads_lists_and_several_fields) {
    const headers h{{"connection", "Upgrade, Close"}, {"Connection", "x"}};
    EXPECT_TRUE(connection_has(h, "close"));
    EXPECT_TRUE(connection_has(h, "X"));
    EXPECT_FALSE(connection_has(h, "clo"));
}

}  // namespace
}  // namespace assay::http
