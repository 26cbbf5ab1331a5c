// What the mock's own requests may reach: one test for each guard, over real sockets.
#include "mock_server/issuer/postman.hpp"

#include <atomic>
#include <future>

#include "http/server.hpp"
#include "mock_server/issuer/remote_keys.hpp"
#include "tests/mock_server/flow.hpp"
#include "tests/support/waiting.hpp"

namespace assay::mock {
namespace {

std::unique_ptr<http::server> answering(http::handler how) {
    auto made = http::server::start({}, std::move(how));
    EXPECT_TRUE(made);
    return std::move(*made);
}

result<http::exchange> fetched(postman& by, const std::string& url) {
    std::promise<result<http::exchange>> came;
    auto sent = by.send(url, {}, [&](const auto& done) { came.set_value(done); });
    if (!sent) return fail(sent.error());
    auto there = came.get_future();
    if (!tests::came("an answer", there)) return fail(errc::timeout, "no answer");
    return there.get();
}

TEST(Postman, SendsByHttpAndHttpsOnly) {
    postman by({"127.0.0.1"});
    for (const auto* url : {"file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/"})
        EXPECT_FALSE(fetched(by, url)) << url;
}

TEST(Postman, ANameMayNotHaveAnAddressThatItShouldNotHave) {
    for (const auto* address :
         {"169.254.169.254", "fe80::1", "0.0.0.0", "::", "::ffff:169.254.169.254", "224.0.0.1", "239.255.255.250",
          "255.255.255.255", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "fd00:ec2::254", "::169.254.169.254"})
        EXPECT_FALSE(postman::fits("client", address)) << address;
    for (const auto* address : {"10.0.0.5", "172.16.0.1", "172.31.255.1", "192.168.1.1", "127.0.0.1", "::1",
                                "fd00::1", "::ffff:10.0.0.5", "100.64.0.1", "100.100.100.200", "100.127.255.254"}) {
        EXPECT_FALSE(postman::fits("hooks.example.com", address)) << address;
        EXPECT_TRUE(postman::fits("client", address)) << "a container: " << address;
        EXPECT_TRUE(postman::fits("client.default.svc", address)) << address;
    }
    for (const auto* address :
         {"93.184.216.34", "172.32.0.1", "100.63.0.1", "100.128.0.1", "223.255.255.1", "2606:2800:220:1::1"})
        EXPECT_TRUE(postman::fits("hooks.example.com", address)) << address;
}

// The connection itself asks, so that a second resolution cannot give another address.
TEST(Postman, AsksOfTheAddressThatItConnectsTo) {
    postman by({"169.254.169.254"});
    const auto no = fetched(by, "http://169.254.169.254/latest/meta-data/");
    ASSERT_FALSE(no);
    EXPECT_NE(no.error().message.find("nothing is sent"), std::string::npos) << no.error().message;
}

TEST(Postman, ReadsABoundedAnswer) {
    const auto large = answering([](const http::request&) {
        http::response r;
        r.body.assign(65U << 10U, 'x');
        return http::reply(std::move(r));
    });
    postman by;
    const auto no = fetched(by, large->origin() + "/");
    ASSERT_FALSE(no);
    EXPECT_EQ(no.error().code, errc::limit) << no.error().message;
}

TEST(Postman, WaitsABoundedTime) {
    const auto silent = answering([](const http::request&) {
        http::plan out;
        out.push_back({http::delay{std::chrono::minutes(1)}});
        return out;
    });
    postman by({}, {}, {std::chrono::milliseconds(50), 1024});
    const auto no = fetched(by, silent->origin() + "/");
    ASSERT_FALSE(no);
    EXPECT_EQ(no.error().code, errc::timeout) << no.error().message;
}

TEST(Postman, FollowsNoRedirect) {
    std::atomic<int> came = 0;
    const auto redirecting = answering([&](const http::request&) {
        ++came;
        http::response r;
        r.status = 302;
        r.head.append("Location", "/elsewhere");
        return http::reply(std::move(r));
    });
    postman by;
    const auto got = fetched(by, redirecting->origin() + "/");
    ASSERT_TRUE(got);
    EXPECT_EQ(got->received.status, 302);
    EXPECT_EQ(came, 1);
}

TEST(RemoteKeys, AreFetchedOnceAndAgainOnlyAfterAWhile) {
    std::atomic<int> came = 0;
    const auto key = *oauth::jwk::generate(oauth::jws_alg::ES256, "k");
    const auto server = answering([&](const http::request&) {
        ++came;
        http::response r;
        r.body = json::format(json::object{{"keys", json::array{key.public_json()}}});
        return http::reply(std::move(r));
    });
    postman by;
    remote_keys keys;
    const auto uri = server->origin() + "/jwks";
    EXPECT_FALSE(keys.find(uri));
    keys.fetch(by, uri);
    keys.fetch(by, uri, true);  // while the first is in progress
    ASSERT_TRUE(tests::came("the keys", [&] { return keys.find(uri).has_value(); }));
    ASSERT_TRUE(*keys.find(uri)) << keys.find(uri)->error().message;
    EXPECT_EQ((*keys.find(uri))->keys.size(), 1U);
    keys.fetch(by, uri, true);
    EXPECT_EQ(came, 1) << "a kid that is missing may not make a server send one request for each token";
}

TEST(RemoteKeys, ThatAreKnownStayKnownWhileTheyAreFetchedAgain) {
    std::promise<void> gate;
    const auto opened = gate.get_future().share();
    std::atomic<int> came = 0;
    const auto key = *oauth::jwk::generate(oauth::jws_alg::ES256, "k");
    const auto server = answering([&](const http::request&) {
        if (++came == 2) opened.wait();
        http::response r;
        r.body = json::format(json::object{{"keys", json::array{key.public_json()}}});
        return http::reply(std::move(r));
    });
    postman by;
    remote_keys keys({.again_after = std::chrono::milliseconds(0)});
    const auto uri = server->origin() + "/jwks";
    keys.fetch(by, uri);
    EXPECT_TRUE(keys.is_awaited(uri));
    ASSERT_TRUE(tests::came("the keys", [&] { return !keys.is_awaited(uri); }));
    keys.fetch(by, uri, true);
    EXPECT_TRUE(keys.find(uri)) << "in progress";
    EXPECT_FALSE(keys.is_awaited(uri)) << "a key that is known is fresh";
    EXPECT_TRUE(keys.is_awaited(uri, true)) << "one that is missing may come";
    gate.set_value();
    EXPECT_TRUE(tests::came("the keys", [&] { return !keys.is_awaited(uri, true); }));
    EXPECT_EQ(came, 2);
}

TEST(RemoteKeys, AFailureIsKnownToo) {
    postman by;
    remote_keys keys;
    keys.fetch(by, "http://nobody.example/jwks");
    ASSERT_TRUE(keys.find("http://nobody.example/jwks"));
    EXPECT_NE(keys.find("http://nobody.example/jwks")->error().message.find("--allow-host"), std::string::npos);
}

}  // namespace
}  // namespace assay::mock
