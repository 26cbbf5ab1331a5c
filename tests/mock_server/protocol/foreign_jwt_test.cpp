// JWTs of trusted issuers whose keys are at other servers (jwks_uri): fetched over real sockets.
#include <atomic>
#include <future>

#include "http/client.hpp"
#include "http/server.hpp"
#include "oauth/grant_types.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"
#include "tests/support/waiting.hpp"

namespace assay::mock {
namespace {

using testing::flow;

oauth::jwk key_named(const std::string& kid) {
    return *oauth::jwk::generate(oauth::jws_alg::ES256, kid);
}

// A server with one key that signs under its own name. It answers once `opened` is there.
struct workloads {
    explicit workloads(std::string name) : issuer("https://" + std::move(name)) {
        auto made = http::server::start({}, [this](const http::request&) {
            ++asked;
            if (closed) opened.get_future().wait();
            http::response r;
            r.body = json::format(json::object{{"keys", json::array{key.public_json()}}});
            return http::reply(std::move(r));
        });
        EXPECT_TRUE(made);
        server = std::move(*made);
    }

    [[nodiscard]] json::value trusted() const {
        return json::object{{"issuer", issuer}, {"jwks_uri", server->origin() + "/jwks"}};
    }
    [[nodiscard]] std::string jwt(const std::string& sub, const flow& for_) const { return jwt(sub, for_, key); }
    [[nodiscard]] std::string jwt(const std::string& sub, const flow& for_, const oauth::jwk& by) const {
        const json::object claims{
            {"iss", issuer}, {"sub", sub}, {"aud", for_.at->url()}, {"exp", for_.at->now() + 60}};
        return *oauth::sign_jwt(claims, oauth::jws_alg::ES256, by);
    }

    const std::string issuer;
    const oauth::jwk key = key_named("w");
    std::atomic<int> asked = 0;
    std::atomic<bool> closed = false;  // the next answer waits
    std::promise<void> opened;
    std::unique_ptr<http::server> server;
};

// `strict`, reached over a socket: only so does a request wait for keys.
struct trusting : flow {
    explicit trusting(json::array issuers) : flow("strict") {
        auto r = issuer_request_from_json(
            json::object{{"name", "trusting"},
                         {"trusted_issuers", std::move(issuers)},
                         {"clients", json::array{json::object{{"client_id", "api"}, {"client_secret", "s"}}}}});
        if (!r) ADD_FAILURE() << r.error().text();
        replace(std::move(*r));
        auto opened = http::server::start({}, [this](const http::request& in) { return core.handle(in); });
        EXPECT_TRUE(opened);
        front = std::move(*opened);
    }

    [[nodiscard]] json::value token(const oauth::form& body) const {
        http::request r;
        r.method = "POST";
        r.target = "/i/t/token";
        r.head.append("Content-Type", "application/x-www-form-urlencoded");
        r.head.append("Authorization", oauth::format_basic("api", "s"));
        r.body = oauth::format_form(body);
        const auto done = http::client().send({front->origin(), std::move(r)});
        return done ? body_of(done->received) : json::value();
    }
    [[nodiscard]] json::value exchange(const std::string& subject_token, const std::string& actor_token) const {
        const std::string jwt(oauth::token_type::jwt);
        return token({{"grant_type", std::string(oauth::token_exchange_grant)},
                      {"subject_token", subject_token},
                      {"subject_token_type", jwt},
                      {"actor_token", actor_token},
                      {"actor_token_type", jwt}});
    }

    [[nodiscard]] json::value bear(const std::string& assertion) const {
        return token({{"grant_type", std::string(oauth::jwt_bearer_grant)}, {"assertion", assertion}});
    }

    std::unique_ptr<http::server> front;
};

TEST(ForeignJwt, TheKeysOfBothIssuersOfAnExchangeAreFetched) {
    const workloads people("people.example");
    const workloads robots("robots.example");
    const trusting f({people.trusted(), robots.trusted()});
    const auto made = f.exchange(people.jwt("ada", f), robots.jwt("robot", f));
    EXPECT_FALSE(made.string_at("access_token").empty()) << json::format(made);
}

TEST(ForeignJwt, TheKeysOfTheSubjectAreFetchedThoughThoseOfTheActorAreConfigured) {
    const workloads people("people.example");
    const workloads robots("robots.example");
    const trusting f(
        {people.trusted(), json::object{{"issuer", robots.issuer},
                                        {"jwks", json::object{{"keys", json::array{robots.key.public_json()}}}}}});
    const auto made = f.exchange(people.jwt("ada", f), robots.jwt("robot", f));
    EXPECT_FALSE(made.string_at("access_token").empty()) << json::format(made);
}

TEST(ForeignJwt, AnIssuerWhoseKeysDoNotComeIsNamed) {
    const workloads people("people.example");
    const auto closed = "http://127.0.0.1:1/jwks";
    const trusting f({json::object{{"issuer", people.issuer}, {"jwks_uri", closed}}});
    const auto refused = f.bear(people.jwt("ada", f));
    EXPECT_NE(refused.string_at("error_description").find(closed), std::string_view::npos) << json::format(refused);
}

// A token with a key that nobody knows makes the mock ask for the keys again. Meanwhile others are as good as before.
TEST(ForeignJwt, AKnownKeyCountsWhileTheKeysAreFetchedAgain) {
    workloads robots("robots.example");
    trusting f({robots.trusted()});
    f.at->elsewhere = remote_keys({.again_after = std::chrono::milliseconds(0)});
    ASSERT_FALSE(f.bear(robots.jwt("robot", f)).string_at("access_token").empty());
    robots.closed = true;
    auto stranger =
        std::async(std::launch::async, [&] { return f.bear(robots.jwt("robot", f, key_named("unknown"))); });
    ASSERT_TRUE(tests::came("the second question", [&] { return robots.asked == 2; }));
    // Without a socket: an answer that has to wait is none.
    const auto made = flow::body_of(f.post(
        "/token", {{"grant_type", std::string(oauth::jwt_bearer_grant)}, {"assertion", robots.jwt("robot", f)}},
        oauth::format_basic("api", "s")));
    EXPECT_FALSE(made.string_at("access_token").empty()) << json::format(made);
    robots.closed = false;
    robots.opened.set_value();
    EXPECT_EQ(stranger.get().string_at("error"), "invalid_grant");
}

}  // namespace
}  // namespace assay::mock
