// Our private certificate authority and our server over TLS: real handshakes, our client and curl at the other end.
#include "http/authority.hpp"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>

#include <sys/stat.h>
#include <unistd.h>

#include "http/server.hpp"
#include "tests/http/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/shell.hpp"

namespace assay::http::test {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t day = 86400;

using tests::folder;

std::unique_ptr<server> serve_with(identity who) {
    server_options o;
    o.tls = std::move(who);
    auto started = server::start(o, [](const request& r) {
        response out;
        out.head.append("Content-Type", "text/plain");
        out.body = r.method + " " + r.target + " " + r.body;
        return reply(std::move(out));
    });
    EXPECT_TRUE(started) << started.error().text();
    return std::move(*started);
}

client trusting(const std::string& ca_file) {
    client_options o;
    o.ca_file = ca_file;
    return client(o);
}

class Authority : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = authority::keep_in(dir.name(), now);
        ASSERT_TRUE(made) << made.error().text();
        ca.emplace(std::move(*made));
    }
    identity leaf(const std::vector<std::string>& names, std::int64_t from, std::int64_t to) {
        auto issued = ca->issue(names, {now + from, now + to});
        EXPECT_TRUE(issued) << issued.error().text();
        return *issued;
    }
    // Why our client refuses the server, or "".
    std::string objection(const identity& who, const std::string& host = "127.0.0.1") {
        const auto s = serve_with(who);
        auto c = trusting(dir.file("ca.pem"));
        const auto got = c.send(get("https://" + host + ":" + std::to_string(s->port()), "/"));
        return got ? "" : got.error().message;
    }

    folder dir;
    std::int64_t now = std::time(nullptr);
    std::optional<authority> ca;
};

TEST_F(Authority, OurClientTalksToOurServerByEveryLoopbackName) {
    const auto s = serve_with(leaf({"localhost", "127.0.0.1", "::1"}, -day, day));
    EXPECT_EQ(s->origin(), "https://127.0.0.1:" + std::to_string(s->port()));
    auto c = trusting(dir.file("ca.pem"));
    for (const char* host : {"127.0.0.1", "localhost"}) {
        const std::string origin = "https://" + std::string(host) + ":" + std::to_string(s->port());
        for (int n = 0; n < 3; ++n) {
            const auto got = c.send(get(origin, "/a"));
            ASSERT_TRUE(got) << got.error().text();
            EXPECT_EQ(got->received.body, "GET /a ");
        }
    }
}

TEST_F(Authority, CurlTrustsItByItsFileAndNotWithout) {
    const auto s = serve_with(leaf({"localhost", "127.0.0.1"}, -day, day));
    const std::string url = "https://localhost:" + std::to_string(s->port()) + "/x";
    EXPECT_EQ(tests::printed_by("curl -sS --cacert " + dir.file("ca.pem") + " -d a=b " + url), "POST /x a=b");
    EXPECT_NE(tests::printed_by("curl -sS " + url).find("certificate"), std::string::npos);
}

// RFC 8446 §2.2, RFC 5077: whichever thread accepts the next connection.
TEST_F(Authority, ASessionIsResumedByItsTicket) {
    server_options o;
    o.threads = 2;
    o.tls = leaf({"127.0.0.1"}, -day, day);
    const auto s = serve(echo_target, o);
    for (const std::string version : {"-tls1_2", "-tls1_3"}) {
        const auto handshake = [&](const std::string& more) {
            return tests::printed_by(
                "printf 'GET / HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close\\r\\n\\r\\n' | openssl "
                "s_client " +
                version + " -ign_eof -connect 127.0.0.1:" + std::to_string(s->port()) + " -CAfile " +
                dir.file("ca.pem") + more);
        };
        const auto session = dir.file("session" + version + ".pem");
        const auto first = handshake(" -sess_out " + session);
        EXPECT_EQ(count(first, "New, TLS"), 1U) << first;
        for (int again = 0; again < 4; ++again) {
            const auto next = handshake(" -sess_in " + session);
            EXPECT_EQ(count(next, "Reused, TLS"), 1U) << next;
            EXPECT_EQ(count(next, "HTTP/1.1 200 OK"), 1U) << next;
        }
    }
}

TEST_F(Authority, AWrongNameAnExpiredAndASelfSignedCertificateAreRefused) {
    EXPECT_EQ(objection(leaf({"127.0.0.1"}, -day, day)), "");
    EXPECT_NE(objection(leaf({"wrong.localhost"}, -day, day)).find("mismatch"), std::string::npos);
    EXPECT_NE(objection(leaf({"127.0.0.1"}, -2 * day, -day)).find("expired"), std::string::npos);
    EXPECT_NE(objection(leaf({"127.0.0.1"}, day, 2 * day)).find("not yet valid"), std::string::npos);
    EXPECT_NE(objection(self_signed({"127.0.0.1"}, {now - day, now + day}).value()).find("self-signed"),
              std::string::npos);
}

TEST_F(Authority, VouchesForThisMachineOnly) {
    const auto abroad = leaf({"login.example.com", "127.0.0.1"}, -day, day);
    EXPECT_NE(objection(abroad).find("permitted subtree"), std::string::npos);
}

TEST_F(Authority, IsKeptAndItsKeyIsReadableByItsOwnerOnly) {
    const auto again = authority::keep_in(dir.name(), now);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->own().certificates, ca->own().certificates);
    struct stat status {};
    ASSERT_EQ(::stat(dir.file("ca-key.pem").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    const auto later = authority::keep_in(dir.name(), now + 11LL * 365 * day);
    ASSERT_TRUE(later);
    EXPECT_NE(later->own().certificates, ca->own().certificates) << "one that has expired is made anew";
}

TEST_F(Authority, PlainHttpIsToldToUseTls) {
    const auto s = serve_with(leaf({"127.0.0.1"}, -day, day));
    client c;
    const auto got = c.send(get("http://127.0.0.1:" + std::to_string(s->port()), "/"));
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->received.status, 400);
    EXPECT_NE(got->received.body.find("https://"), std::string::npos);
}

TEST_F(Authority, ReadsACertificateAndItsKeyAndNamesTheFileThatIsWrong) {
    const auto own = leaf({"localhost"}, -day, day);
    std::ofstream(dir.file("own.pem")) << own.certificates;
    std::ofstream(dir.file("own-key.pem")) << own.key;
    EXPECT_TRUE(read_identity(dir.file("own.pem"), dir.file("own-key.pem")));
    const auto other = read_identity(dir.file("own.pem"), dir.file("ca-key.pem"));
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().message.find("ca-key.pem"), std::string::npos) << other.error().message;
    EXPECT_EQ(read_identity(dir.file("none.pem"), dir.file("own-key.pem")).error().code, errc::not_found);
    EXPECT_EQ(ca->issue({"a b"}, {now, now + day}).error().code, errc::usage);
    EXPECT_EQ(ca->issue({}, {now, now + day}).error().code, errc::usage);
}

}  // namespace
}  // namespace assay::http::test
