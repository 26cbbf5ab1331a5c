// Answers of every framing, whole and in pieces of any size.
#include "harness/load/connection/response.hpp"

#include <string>

#include <gtest/gtest.h>

namespace assay::load {
namespace {

struct read {
    reading how;
    response a;
    std::size_t used = 0;
};

read all_of(const std::string& bytes, bool closed = false) {
    read r{reading::more, {}, 0};
    r.how = read_response(bytes, closed, r.a, r.used);
    return r;
}

TEST(load_response, content_length) {
    const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\ncontent-LENGTH:  5\r\n\r\nhelloHTTP/1.1 500";
    const read r = all_of(bytes);
    ASSERT_EQ(r.how, reading::done);
    EXPECT_EQ(r.a.status, 200);
    EXPECT_EQ(r.a.body, "hello");
    EXPECT_TRUE(r.a.keep);
    EXPECT_EQ(bytes.substr(r.used), "HTTP/1.1 500");
    EXPECT_EQ(header_of(r.a.head, "content-type"), "a/b");
    EXPECT_EQ(header_of(r.a.head, "location"), "");
}

TEST(load_response, chunked) {
    const std::string bytes =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nA: b\r\n\r\n";
    const read r = all_of(bytes);
    ASSERT_EQ(r.how, reading::done);
    EXPECT_EQ(r.a.body, "hello world");
    EXPECT_EQ(r.used, bytes.size());
}

TEST(load_response, every_cut_waits_for_more) {
    for (const std::string& bytes :
         {std::string("HTTP/1.1 302 Found\r\nLocation: x\r\nContent-Length: 3\r\n\r\nabc"),
          std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")}) {
        for (std::size_t n = 0; n < bytes.size(); ++n) {
            const read r = all_of(bytes.substr(0, n));
            EXPECT_EQ(r.how, reading::more) << n;
            EXPECT_GT(r.used, n) << "it would not wait for more";
            EXPECT_LE(r.used, bytes.size());
            EXPECT_EQ(all_of(bytes.substr(0, n), true).how, reading::bad) << n;
        }
    }
}

TEST(load_response, until_the_end_of_the_connection) {
    const std::string bytes = "HTTP/1.0 200 OK\r\n\r\nsome";
    EXPECT_EQ(all_of(bytes).how, reading::more);
    const read r = all_of(bytes, true);
    ASSERT_EQ(r.how, reading::done);
    EXPECT_EQ(r.a.body, "some");
    EXPECT_FALSE(r.a.keep);
}

TEST(load_response, no_body_and_interim_answers) {
    const read none = all_of("HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_EQ(none.how, reading::done);
    const read after = all_of("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    ASSERT_EQ(after.how, reading::done);
    EXPECT_EQ(after.a.status, 204);
    // RFC 9112 §6.3: what follows 101 is no body of HTTP.
    const read switched = all_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nother bytes", true);
    ASSERT_EQ(switched.how, reading::done);
    EXPECT_EQ(switched.a.body, "");
    EXPECT_FALSE(switched.a.keep);
}

TEST(load_response, connection_close) {
    EXPECT_FALSE(all_of("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").a.keep);
    EXPECT_TRUE(all_of("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n").a.keep);
}

TEST(load_response, what_is_no_http) {
    for (const char* bad :
         {"SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        EXPECT_EQ(all_of(bad).how, reading::bad) << bad;
    }
    EXPECT_EQ(all_of(std::string(100'000, 'x')).how, reading::bad);
}

}  // namespace
}  // namespace assay::load
