// `assay serve` over TLS, with curl and our own client; what it prints makes them trust it.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "http/client.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"
#include "tests/support/shell.hpp"

namespace assay::cli_tests {
namespace {

const std::string discovery = "/.well-known/openid-configuration";

TEST(serve_tls, makes_an_authority_that_curl_and_our_client_trust) {
    const folder at;
    const auto ca = (at / "tls/ca.pem").string();
    const server_beside mock(at, "--tls --tls-dir tls");
    ASSERT_TRUE(mock.issuer().starts_with("https://127.0.0.1:")) << mock.printed();
    const auto document = json::parse(tests::printed_by("curl -sS --cacert " + ca + " " + mock.issuer() + discovery));
    ASSERT_TRUE(document);
    EXPECT_EQ(document->string_at("issuer"), mock.issuer());
    EXPECT_NE(tests::printed_by("curl -sS " + mock.issuer() + discovery).find("certificate"), std::string::npos);
    http::client_options o;
    o.ca_file = ca;
    http::client client(o);
    http::call c;
    c.origin = mock.issuer();
    c.r.target = discovery;
    const auto got = client.send(c);
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->received.status, 200);
    for (const char* hint : {"--cacert", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "keytool"})
        EXPECT_NE(mock.printed().find(hint), std::string::npos) << hint;
    EXPECT_EQ(mock.ready.string_at("ca_file"), ca);
}

TEST(serve_tls, keeps_the_authority_between_runs) {
    const folder at;
    std::string first;
    for (int n = 0; n < 2; ++n) {
        const server_beside mock(at, "--tls --tls-dir tls");
        ASSERT_FALSE(mock.issuer().empty()) << mock.printed();
        const auto kept = text_of(at / "tls/ca.pem");
        if (n == 0) first = kept;
        EXPECT_EQ(kept, first);
    }
    struct stat status {};
    ASSERT_EQ(::stat((at / "tls/ca-key.pem").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(serve_tls, makes_one_authority_however_many_start_at_once) {
    const folder at;
    std::vector<std::unique_ptr<server_beside>> mocks(8);
    // Each start waits for a ready line, so each has its own thread.
    std::vector<std::thread> starting;
    for (std::size_t n = 0; n < mocks.size(); ++n) {
        starting.emplace_back([&, n] {
            mocks[n] = std::make_unique<server_beside>(at, "--tls --tls-dir tls", fmt::format("serve-{}.err", n));
        });
    }
    for (auto& one : starting) one.join();
    const auto ca = (at / "tls/ca.pem").string();
    for (const auto& mock : mocks) {
        ASSERT_FALSE(mock->issuer().empty()) << mock->printed();
        const auto got = tests::printed_by("curl -sS --cacert " + ca + " " + mock->issuer() + discovery);
        EXPECT_NE(got.find(mock->issuer()), std::string::npos) << got;
    }
    std::size_t files = 0;
    for (const auto& one : fs::directory_iterator(at / "tls")) files += one.is_regular_file() ? 1U : 0U;
    EXPECT_EQ(files, 2U) << "the certificate and its key, and nothing half written";
}

TEST(serve_tls, refuses_a_key_that_others_may_read) {
    const folder at;
    { const server_beside first(at, "--tls --tls-dir tls"); }
    const auto key = (at / "tls/ca-key.pem").string();
    ASSERT_EQ(::chmod(key.c_str(), 0640), 0);
    const auto refused = assay(at, "serve --port 0 --tls --tls-dir tls");
    EXPECT_EQ(refused.code, 3) << refused.err;
    EXPECT_NE(refused.err.find("chmod 600 " + key), std::string::npos) << refused.err;
}

TEST(serve_tls, takes_a_certificate_of_ones_own) {
    const folder at;
    (void)tests::printed_by(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=own -days 2 -addext "
        "subjectAltName=IP:127.0.0.1 -keyout " +
        (at / "own-key.pem").string() + " -out " + (at / "own.pem").string());
    const server_beside mock(at, "--tls-cert own.pem --tls-key own-key.pem");
    ASSERT_TRUE(mock.issuer().starts_with("https://")) << mock.printed();
    const auto text =
        tests::printed_by("curl -sS --cacert " + (at / "own.pem").string() + " " + mock.issuer() + discovery);
    EXPECT_NE(text.find(mock.issuer()), std::string::npos) << text;
    EXPECT_EQ(mock.ready.find("ca_file"), nullptr);
}

TEST(serve_tls, says_what_is_wrong_with_files) {
    const folder at;
    write(at / "bad.pem", "no certificate");
    const auto half = assay(at, "serve --port 0 --tls-cert bad.pem");
    EXPECT_EQ(half.code, 2);
    EXPECT_NE(half.err.find("--tls-key"), std::string::npos) << half.err;
    const auto bad = assay(at, "serve --port 0 --tls-cert bad.pem --tls-key bad.pem");
    EXPECT_EQ(bad.code, 2);
    EXPECT_NE(bad.err.find("bad.pem holds no PEM certificate"), std::string::npos) << bad.err;
}

// Checks below HTTP at real servers: a correct one, and one that accepts too much.
TEST(serve_tls, is_told_by_its_handshakes) {
    const folder at;
    const server_beside mock(at, "--tls --tls-dir tls --dialect strict");
    ASSERT_FALSE(mock.issuer().empty()) << mock.printed();
    const auto told = [&](const std::string& id, const std::string& below) {
        return assay(at, "run --ca tls/ca.pem --select " + id + " --server " + mock.issuer() + below);
    };
    const auto good = told("AS-TLS", "");
    EXPECT_EQ(good.code, 0) << good.out << good.err;
    EXPECT_NE(good.out.find("All 5 checks passed"), std::string::npos) << good.out;
    const auto old = told("AS-TLS-02", "/f/tls_old_versions");
    EXPECT_EQ(old.code, 1) << old.out << old.err;
    EXPECT_NE(old.out.find("/token_endpoint/completed"), std::string::npos) << old.out;
    EXPECT_EQ(told("AS-TLS-01", "/f/tls_expired=jwks_uri").code, 1);
    EXPECT_EQ(told("AS-TLS-01", "/f/tls_old_versions").code, 0) << "its certificate is good";
    const server_beside plain(at, "--dialect strict");
    const auto skipped = assay(at, "run --select AS-TLS-01 --server " + plain.issuer());
    EXPECT_NE(skipped.out.find("1 skip"), std::string::npos) << skipped.out;
}

}  // namespace
}  // namespace assay::cli_tests
