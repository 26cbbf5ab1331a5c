// Faults of TLS: the metadata names an origin with one error in its certificate; real handshakes on real sockets.
#include <ctime>
#include <fstream>

#include "mock_server/pages/shell_lines.hpp"
#include "tests/mock_server/faults/fault_walk.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/shell.hpp"

namespace assay::mock {
namespace {

using testing::start_mock;
using testing::walker;

class TlsFaults : public ::testing::Test {
protected:
    void SetUp() override {
        const std::int64_t now = std::time(nullptr);
        auto ca = http::authority::make({now - 3600, now + 86'400});
        ASSERT_TRUE(ca);
        std::ofstream(file_) << ca->own().certificates;
        embedded_options o;
        o.tls = ca->issue({"localhost", "127.0.0.1"}, {now - 3600, now + 86'400}).value();
        o.ca = std::move(*ca);
        mock_ = start_mock(std::move(o));
    }

    // A client that trusts the mock's authority and leaves out the verifications that `wanted` excludes.
    [[nodiscard]] http::client_options trusting(http::server_proof wanted = {}) const {
        http::client_options o;
        o.ca_file = file_;
        o.wanted = wanted;
        return o;
    }
    // Whether the client gets a token at the issuer with that fault.
    [[nodiscard]] bool signs_in(const std::string& fault, http::server_proof wanted = {}) const {
        walker w(mock_->origin() + "/f/" + fault, trusting(wanted));
        EXPECT_TRUE(w.discover()) << "the metadata itself comes over good TLS";
        return !w.tokens().string_at("access_token").empty();
    }

    std::unique_ptr<embedded> mock_;
    tests::folder own_;
    const std::string file_ = own_.file("ca.pem");
};

TEST_F(TlsFaults, EachIsWrongInThatWayAlone) {
    constexpr http::server_proof no_chain{.chain = false}, no_name{.name = false}, no_expiry{.expiry = false};
    EXPECT_TRUE(signs_in("callback_extra")) << "the control";
    for (const auto& [fault, left_out] : {std::pair{"tls_self_signed", no_chain},
                                          {"tls_untrusted", no_chain},
                                          {"tls_wrong_name", no_name},
                                          {"tls_expired", no_expiry}}) {
        EXPECT_FALSE(signs_in(fault)) << fault;
        for (const auto& one : {no_chain, no_name, no_expiry}) {
            const bool same = one.chain == left_out.chain && one.name == left_out.name;
            EXPECT_EQ(signs_in(fault, one), same) << fault;
        }
    }
}

TEST_F(TlsFaults, TheEndpointIsAChoice) {
    walker w(mock_->origin() + "/f/tls_expired=userinfo_endpoint", trusting());
    ASSERT_TRUE(w.discover());
    EXPECT_TRUE(w.endpoint("token_endpoint").starts_with(mock_->origin()));
    const auto tokens = w.tokens();
    ASSERT_FALSE(tokens.string_at("access_token").empty());
    const auto refused = w.get(w.endpoint("userinfo_endpoint"), std::string(tokens.string_at("access_token")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::tls);
    EXPECT_NE(refused.error().message.find("expired"), std::string::npos) << refused.error().message;
}

TEST_F(TlsFaults, PlainHttpIsAnHttpEndpointThatAnswers) {
    walker w(mock_->origin() + "/f/tls_plain_http", trusting());
    ASSERT_TRUE(w.discover());
    EXPECT_TRUE(w.endpoint("token_endpoint").starts_with("http://"));
    EXPECT_TRUE(w.endpoint("userinfo_endpoint").starts_with("https://"));
    EXPECT_FALSE(w.tokens().string_at("access_token").empty());
}

// A client with a normal offer notices nothing: only a test with weak offers finds a lax server.
TEST_F(TlsFaults, ALaxEndpointServesACarefulClient) {
    for (const char* fault :
         {"tls_plain_http_too", "tls_old_versions", "tls_null_ciphers", "tls_anonymous_ciphers", "tls_static_rsa"}) {
        walker w(mock_->origin() + "/f/" + fault, trusting());
        ASSERT_TRUE(w.discover()) << fault;
        EXPECT_TRUE(w.endpoint("token_endpoint").starts_with("https://")) << fault;
        EXPECT_FALSE(w.endpoint("token_endpoint").starts_with(mock_->origin())) << fault;
        EXPECT_FALSE(w.tokens().string_at("access_token").empty()) << fault;
    }
}

// As `assay explain` prints them.
TEST_F(TlsFaults, LinesForAShellShowWhatALaxEndpointTakes) {
    for (const auto& [name, shows] : {std::pair{"tls_plain_http_too", "405 Method Not Allowed"},
                                      {"tls_old_versions", "SSL connection using TLSv1.1"},
                                      {"tls_null_ciphers", "-NULL-"},
                                      {"tls_anonymous_ciphers", "SSL connection using TLSv1.2 / A"},
                                      {"tls_static_rsa", "SSL connection using TLSv1.2 / AES"}}) {
        std::string lines = shell_lines(**find_fault(name), mock_->origin() + "/f/" + name);
        const auto trusting = lines.find("CURL_CA_BUNDLE=");
        lines.replace(trusting, lines.find('\n', trusting) - trusting, "CURL_CA_BUNDLE=" + file_);
        const auto out = tests::printed_by(lines);
        EXPECT_NE(out.find(shows), std::string::npos) << lines << "\n" << out;
    }
}

TEST_F(TlsFaults, SomeCallsOnly) {
    walker w(mock_->origin() + "/f/tls_expired@2", trusting());
    ASSERT_TRUE(w.discover());
    EXPECT_TRUE(w.endpoint("token_endpoint").starts_with(mock_->origin()));
    ASSERT_TRUE(w.discover());
    EXPECT_FALSE(w.endpoint("token_endpoint").starts_with(mock_->origin()));
}

TEST(TlsFaultsWithoutAuthority, AreRefusedWithWhatToStart) {
    const auto mock = start_mock();
    walker w(mock->origin() + "/f/tls_expired");
    const auto got = w.get(mock->origin() + "/f/tls_expired/.well-known/openid-configuration");
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 404);
    EXPECT_NE(got->body.find("assay serve --tls"), std::string::npos) << got->body;
    issuer_request r;
    r.tls = true;
    EXPECT_FALSE(mock->core().create(r)) << "no issuer over TLS either";
}

TEST(TlsIssuer, StandsBesideAPlainOneAndMayHaveAPortOfItsOwn) {
    const std::int64_t now = std::time(nullptr);
    embedded_options o;
    o.ca = http::authority::make({now - 3600, now + 86'400}).value();
    const auto mock = start_mock(std::move(o));
    issuer_request r;
    r.tls = true;
    const auto shared = mock->core().create(r);
    const auto another = mock->core().create(r);
    r.own_origin = true;
    const auto alone = mock->core().create(r);
    ASSERT_TRUE(shared && another && alone);
    const auto origin_of = [](const auto& made) { return http::parse_url((*made)->url())->origin(); };
    EXPECT_TRUE(origin_of(shared).starts_with("https://"));
    EXPECT_EQ(origin_of(shared), origin_of(another));
    EXPECT_TRUE(origin_of(alone).starts_with("https://"));
    EXPECT_NE(origin_of(alone), origin_of(shared));
}

}  // namespace
}  // namespace assay::mock
