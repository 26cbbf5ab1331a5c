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

// A server with one key that signs under its own name.
struct workloads {
    explicit workloads(std::string name) : issuer("https://" + std::move(name)) {
        auto made = http::server::start({}, [this](const http::request&) {
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
    [[nodiscard]] std::string jwt(const std::string& sub, const flow& for_) const {
        const json::object claims{
            {"iss", issuer}, {"sub", sub}, {"aud", for_.at->url()}, {"exp", for_.at->now() + 60}};
        return *oauth::sign_jwt(claims, oauth::jws_alg::ES256, key);
    }

    const std::string issuer;
    const oauth::jwk key = key_named("w");
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
        core.remove("t");
        r->name = "t";
        auto made = core.create(std::move(*r));
        if (!made) ADD_FAILURE() << made.error().text();
        at = *made;
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

}  // namespace
}  // namespace assay::mock
