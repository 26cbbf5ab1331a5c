// Messages that arrive in pieces of any size.
#include "http/parser.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace assay::http {
namespace {

struct outcome {
    bool done = false;
    bool failed = false;
    std::string body;
};

outcome fed(std::string_view bytes, std::size_t portion) {
    request_parser p(8192, 65536);
    std::string buffer;
    error_code ec;
    outcome out;
    for (std::size_t at = 0; at < bytes.size() && !out.done && !ec; at += portion) {
        buffer += bytes.substr(at, portion);
        out.done = (p.is_header_done() || feed_header(p, buffer, ec)) && feed(p, buffer, ec);
    }
    out.failed = static_cast<bool>(ec);
    out.body = p.message.body;
    return out;
}

TEST(parser, takes_chunked_bodies_in_pieces_of_any_size) {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string_view body :
         {"0\r\n\r\n", "1\r\nx\r\n0\r\n\r\n", "3;e=f\r\nabc\r\n0\r\nTrailer: t\r\n\r\n"}) {
        const std::string bytes = head + std::string(body);
        const auto whole = fed(bytes, bytes.size());
        ASSERT_TRUE(whole.done) << body;
        for (std::size_t portion = 1; portion <= 8; ++portion) {
            const auto pieces = fed(bytes, portion);
            EXPECT_TRUE(pieces.done && !pieces.failed) << portion << " bytes of " << body;
            EXPECT_EQ(pieces.body, whole.body);
        }
    }
}

TEST(parser, refuses_a_bad_chunk_in_pieces) {
    const std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyzzy\r\n";
    EXPECT_TRUE(fed(bytes, bytes.size()).failed);
    EXPECT_TRUE(fed(bytes, 1).failed);
}

}  // namespace
}  // namespace assay::http
