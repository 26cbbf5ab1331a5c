// TLS handshakes with chosen offers: what our server accepts by default, what it accepts when lax, and the result for
// its certificate.
#include "http/handshake.hpp"

#include <ctime>
#include <fstream>

#include "http/authority.hpp"
#include "http/server.hpp"
#include "tests/http/support.hpp"
#include "tests/support/folder.hpp"

namespace assay::http::test {
namespace {

constexpr std::int64_t day = 86'400;

class Handshake : public ::testing::Test {
protected:
    void SetUp() override { std::ofstream(file_) << ca_.own().certificates; }

    [[nodiscard]] std::unique_ptr<server> serve(tls_laxity lax = {}, key_kind kind = key_kind::p256) const {
        server_options o;
        o.tls = ca_.issue({"127.0.0.1"}, {now_ - day, now_ + day}, kind).value();
        o.lax = std::move(lax);
        auto started = server::start(o, [](const request&) { return reply(response{200, "", {}, "hello"}); });
        EXPECT_TRUE(started) << started.error().text();
        return std::move(*started);
    }
    [[nodiscard]] tls_agreement meet(const server& s, std::vector<std::string> versions = {},
                                     std::string ciphers = {}) const {
        const auto agreed = handshake(s.origin(), {std::move(versions), std::move(ciphers), file_});
        EXPECT_TRUE(agreed) << agreed.error().text();
        return agreed.value_or(tls_agreement{});
    }

    std::int64_t now_ = std::time(nullptr);
    authority ca_ = authority::make({now_ - day, now_ + day}).value();
    tests::folder own_;
    const std::string file_ = own_.file("ca.pem");
};

// RFC 9325 §3.1.1, §4.2.
TEST_F(Handshake, OurServerTakesModernVersionsAndSuitesAlone) {
    for (const key_kind kind : {key_kind::p256, key_kind::rsa}) {
        const auto s = serve({}, kind);
        const auto newest = meet(*s);
        EXPECT_TRUE(newest.completed);
        EXPECT_EQ(newest.version, "TLSv1.3");
        EXPECT_EQ(newest.certificate_problem, "");
        EXPECT_EQ(meet(*s, {"TLSv1.2"}).version, "TLSv1.2");
        EXPECT_TRUE(meet(*s, {"TLSv1.2"}).cipher.starts_with("ECDHE-"));
        for (const char* weak : {"eNULL", "aNULL:!eNULL", "kRSA:!eNULL", "ECDHE+AES:!AESGCM:!AESCCM"})
            EXPECT_FALSE(meet(*s, {"TLSv1.2"}, weak).completed) << weak;
        const auto old = meet(*s, {"TLSv1", "TLSv1.1"});
        EXPECT_FALSE(old.completed);
        EXPECT_NE(old.refusal.find("protocol version"), std::string::npos) << old.refusal;
    }
}

TEST_F(Handshake, ALaxServerTakesThatBesideWhatIsGood) {
    const auto old = serve({.old_versions = true});
    EXPECT_EQ(meet(*old, {"TLSv1"}).version, "TLSv1");
    EXPECT_EQ(meet(*old, {"TLSv1", "TLSv1.1"}).version, "TLSv1.1");
    EXPECT_EQ(meet(*old).version, "TLSv1.3");
    EXPECT_FALSE(meet(*old, {"TLSv1.2"}, "eNULL").completed);
    for (const auto& [ciphers, kind] : {std::pair{"eNULL:!aNULL", key_kind::p256},
                                        {"aNULL:!eNULL", key_kind::p256},
                                        {"kRSA:!eNULL", key_kind::rsa}}) {
        const auto weak = serve({.ciphers = ciphers}, kind);
        EXPECT_TRUE(meet(*weak, {"TLSv1.2"}, ciphers).completed) << ciphers;
        EXPECT_TRUE(meet(*weak, {"TLSv1.2"}).cipher.starts_with("ECDHE-")) << ciphers;
        EXPECT_FALSE(meet(*weak, {"TLSv1.1"}).completed) << ciphers;
    }
}

TEST_F(Handshake, PlainHttpOnATlsPortIsAnsweredWhereTheServerIsLax) {
    for (const bool lax : {false, true}) {
        const auto s = serve({.plain_http = lax});
        client c({.ca_file = file_});
        const auto over_tls = c.send(get(s->origin(), "/"));
        ASSERT_TRUE(over_tls) << over_tls.error().text();
        EXPECT_EQ(over_tls->received.body, "hello");
        const auto plain = c.send(get("http://" + s->origin().substr(8), "/"));
        ASSERT_TRUE(plain) << plain.error().text();
        EXPECT_EQ(plain->received.status, lax ? 200 : 400);
    }
}

TEST_F(Handshake, ACertificateThatIsNotGoodIsNamedAndEndsNothing) {
    server_options o;
    o.tls = ca_.issue({"127.0.0.1"}, {now_ - 2 * day, now_ - day}).value();
    const auto expired = server::start(o, [](const request&) { return reply({}); }).value();
    EXPECT_NE(meet(*expired).certificate_problem.find("expired"), std::string::npos);
    EXPECT_TRUE(meet(*expired).completed);
    o.tls = ca_.issue({"elsewhere.localhost"}, {now_ - day, now_ + day}).value();
    const auto other = server::start(o, [](const request&) { return reply({}); }).value();
    EXPECT_NE(meet(*other).certificate_problem, "");
    const auto nobody = serve();
    const auto untrusted = handshake(nobody->origin(), {});
    ASSERT_TRUE(untrusted);
    EXPECT_NE(untrusted->certificate_problem, "") << "without the CA file";
}

TEST_F(Handshake, WhatCannotBeOfferedOrReachedIsAnError) {
    const auto s = serve();
    const auto misspelt = handshake(s->origin(), {.versions = {"TLS1.3"}});
    ASSERT_FALSE(misspelt);
    EXPECT_EQ(misspelt.error().code, errc::usage);
    EXPECT_NE(misspelt.error().message.find("did you mean 'TLSv1.3'"), std::string::npos) << misspelt.error().message;
    EXPECT_EQ(handshake(s->origin(), {.ciphers = "NO-SUCH-SUITE"}).error().code, errc::unsupported);
    EXPECT_EQ(handshake("http://127.0.0.1:1", {}).error().code, errc::usage);
    const std::string gone = s->origin();
    s->stop();
    EXPECT_EQ(handshake(gone, {}).error().code, errc::connect);
}

}  // namespace
}  // namespace assay::http::test
