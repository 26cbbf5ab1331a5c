// The protocol and the addresses, without a server.
#include "mock_server/redis/resp.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mock_server/redis/address.hpp"

namespace assay::mock::redis {
namespace {

TEST(Resp, CommandsAreArraysOfTexts) {
    EXPECT_EQ(encode({"GET", "a\r\n"}), "*2\r\n$3\r\nGET\r\n$3\r\na\r\n\r\n");
}

// A reply may arrive in any pieces.
TEST(Resp, RepliesAreReadFromAnyPieces) {
    const std::string whole = "*4\r\n$1\r\nx\r\n:-7\r\n$-1\r\n*2\r\n+OK\r\n*0\r\n:1\r\n";
    for (std::size_t size = 1; size <= whole.size(); ++size) {
        reply_reader reader;
        std::vector<reply> read;
        std::string kept;
        for (std::size_t from = 0; from < whole.size(); from += size) {
            kept += whole.substr(from, size);
            std::string_view in = kept;
            for (auto one = reader.take(in).value(); one; one = reader.take(in).value()) read.push_back(*one);
            kept.erase(0, kept.size() - in.size());
        }
        ASSERT_EQ(read.size(), 2U) << size;
        const auto& items = read[0].items;
        ASSERT_EQ(items.size(), 4U);
        EXPECT_EQ(items[0].text, "x");
        EXPECT_EQ(items[1].number, -7);
        EXPECT_TRUE(items[2].is_nothing());
        ASSERT_EQ(items[3].items.size(), 2U);
        EXPECT_EQ(items[3].items[0].text, "OK");
        EXPECT_EQ(items[3].items[1].what, reply::kind::list);
        EXPECT_EQ(read[1].number, 1);
        EXPECT_TRUE(kept.empty());
    }
}

// What was read is not read again with every piece, which for a long list would take hours.
TEST(Resp, NoMoreThanOneElementWaitsForItsRest) {
    constexpr int count = 1000;
    const std::string item = "$5\r\nabcde\r\n";
    std::string whole = fmt::format("*{}\r\n", count);
    for (int n = 0; n < count; ++n) whole += item;
    reply_reader reader;
    std::string kept;
    for (std::size_t n = 0; n + 1 < whole.size(); ++n) {
        kept += whole[n];
        std::string_view in = kept;
        ASSERT_FALSE(reader.take(in).value());
        kept.erase(0, kept.size() - in.size());
        ASSERT_LT(kept.size(), item.size());
    }
    kept += whole.back();
    std::string_view in = kept;
    EXPECT_EQ(reader.take(in).value()->items.size(), static_cast<std::size_t>(count));
}

TEST(Resp, WhatIsNotRespIsAnError) {
    for (const std::string& text :
         {std::string("HTTP/1.1 400 Bad Request\r\n"), std::string(":x\r\n"), std::string("$99999999999\r\n"),
          std::string(70'000, '+'), std::string("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n")}) {
        std::string_view in = text;
        EXPECT_FALSE(reply_reader{}.take(in)) << text.substr(0, 20);
    }
}

TEST(StoreAddress, ReadsEveryPart) {
    const auto a =
        parse_address("rediss+sentinel://ada:s%40cret@one:1,[::1]/main/3?prefix=p&timeout_ms=90&keep=5&replicas=2");
    ASSERT_TRUE(a) << a.error().message;
    EXPECT_EQ(a->user, "ada");
    EXPECT_EQ(a->password, "s@cret");
    ASSERT_EQ(a->hosts.size(), 2U);
    EXPECT_EQ(a->hosts[0].port, "1");
    EXPECT_EQ(a->hosts[1].host, "[::1]");
    EXPECT_EQ(a->hosts[1].port, "26379");
    EXPECT_EQ(a->master, "main");
    EXPECT_EQ(a->database, 3);
    EXPECT_TRUE(a->tls);
    EXPECT_EQ(a->prefix, "p");
    EXPECT_EQ(a->timeout.count(), 90);
    EXPECT_EQ(a->keep_s, 5);
    EXPECT_EQ(a->replicas, 2);
    const auto b = parse_address("redis+sentinel://h/main?sentinel_user=s&sentinel_password=s%26cret");
    ASSERT_TRUE(b) << b.error().message;
    EXPECT_EQ(b->sentinel_user, "s");
    EXPECT_EQ(b->sentinel_password, "s&cret");
    EXPECT_EQ(a->shown(), "rediss+sentinel://one:1,[::1]:26379/main/3") << "without user and password";
}

TEST(StoreAddress, SaysWhatIsWrongAndNeverThePassword) {
    for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
             {"http://x", "no URL of Redis"},
             {"redis://", "host is missing"},
             {"redis://:hunter2@", "host is missing"},
             {"redis://:hunter2@h:99999", "a port is a number"},
             {"redis://:hunter2@h/x", "a database is a number"},
             {"redis://u:hunter2/x@h", "as %2F"},
             {"redis://u:x/hunter2@h", "as %2F"},
             {"redis://u:x?hunter2=1@h", "as %2F"},
             {"redis://a,b", "only Sentinel"},
             {"redis+sentinel://h", "master is missing"},
             {"redis://h?prefix=", "prefix"},
             {"redis://h?timeut_ms=5", "the options are prefix, timeout_ms"},
             {"redis://h?sentinel_password=hunter2", "is for redis+sentinel"},
             {"redis://h?keep=-1", "keep must be a number"}}) {
        const auto a = parse_address(text);
        ASSERT_FALSE(a) << text;
        EXPECT_NE(a.error().message.find(why), std::string::npos) << text << ": " << a.error().message;
        EXPECT_EQ(a.error().message.find("hunter2"), std::string::npos) << a.error().message;
    }
}

}  // namespace
}  // namespace assay::mock::redis
