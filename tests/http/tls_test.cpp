// TLS of the client against a small OpenSSL server with a certificate authority of the test.
#include <thread>

#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/waiting.hpp"

namespace assay::http::test {
namespace {

// A self-signed certificate that is its own authority.
struct identity {
    explicit identity(const char* alternative_names) : key(EVP_EC_gen("P-256")), certificate(X509_new()) {
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        X509_NAME* name = X509_get_subject_name(certificate);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1,
                                   0);
        X509_set_issuer_name(certificate, name);
        X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_names);
        X509_add_ext(certificate, names, -1);
        X509_EXTENSION_free(names);
        X509_sign(certificate, key, EVP_sha256());
        BIO* out = BIO_new_file(file.c_str(), "w");
        PEM_write_bio_X509(out, certificate);
        BIO_free(out);
    }
    ~identity() {
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    identity(const identity&) = delete;
    identity& operator=(const identity&) = delete;

    EVP_PKEY* key;
    X509* certificate;
    tests::folder own;
    const std::string file = own.file("ca.pem");
};

// Accepts that many connections, answers one request each, then ends.
class tls_server {
public:
    tls_server(const identity& who, int connections) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* generic = reinterpret_cast<sockaddr*>(&at);
        if (::bind(socket_, generic, size) != 0 || ::listen(socket_, 8) != 0) ADD_FAILURE() << "cannot listen";
        ::getsockname(socket_, generic, &size);
        port = std::to_string(ntohs(at.sin_port));
        context_ = SSL_CTX_new(TLS_server_method());
        SSL_CTX_use_certificate(context_, who.certificate);
        SSL_CTX_use_PrivateKey(context_, who.key);
        thread_ = std::thread([this, connections] {
            for (int n = 0; n < connections; ++n) answer_one();
        });
    }
    ~tls_server() {
        thread_.join();
        SSL_CTX_free(context_);
        ::close(socket_);
    }
    tls_server(const tls_server&) = delete;
    tls_server& operator=(const tls_server&) = delete;

    std::string port;

private:
    void answer_one() {
        const timeval bound{tests::patience.count(), 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
        const int c = ::accept(socket_, nullptr, nullptr);
        if (c < 0) {
            ADD_FAILURE() << "waited " << bound.tv_sec << " s in vain for a connection";
            return;
        }
        ::setsockopt(c, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
        SSL* tls = SSL_new(context_);
        SSL_set_fd(tls, c);
        std::string bytes(4096, '\0');
        if (SSL_accept(tls) == 1 && SSL_read(tls, bytes.data(), static_cast<int>(bytes.size())) > 0) {
            const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret";
            SSL_write(tls, answer.data(), static_cast<int>(answer.size()));
            SSL_shutdown(tls);
        }
        SSL_free(tls);
        ::close(c);
    }

    int socket_;
    SSL_CTX* context_ = nullptr;
    std::thread thread_;
};

TEST(tls, verifies_by_default_and_trusts_a_ca_file) {
    const identity who("DNS:localhost,IP:127.0.0.1");
    const tls_server s(who, 3);
    client by_default;
    const auto refused = by_default.send(get("https://127.0.0.1:" + s.port, "/"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::tls);
    EXPECT_NE(refused.error().message.find("self-signed"), std::string::npos) << refused.error().message;
    client_options o;
    o.ca_file = who.file;
    client trusting(o);
    for (const char* host : {"127.0.0.1", "localhost"}) {
        const auto got = trusting.send(get("https://" + std::string(host) + ":" + s.port, "/"));
        ASSERT_TRUE(got) << got.error().text();
        EXPECT_EQ(got->received.body, "secret");
    }
}

TEST(tls, refuses_a_certificate_of_another_name) {
    const identity who("DNS:elsewhere.example,IP:127.0.0.2");
    const tls_server s(who, 2);
    client_options o;
    o.ca_file = who.file;
    client c(o);
    EXPECT_EQ(c.send(get("https://127.0.0.1:" + s.port, "/")).error().code, errc::tls);
    EXPECT_EQ(c.send(get("https://localhost:" + s.port, "/")).error().code, errc::tls);
}

TEST(tls, tells_plain_http_from_tls) {
    const auto s = serve(echo_target);
    client c;
    const auto got = c.send(get("https://127.0.0.1:" + std::to_string(s->port()), "/"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::tls);
}

TEST(tls, names_a_ca_file_that_does_not_load) {
    client_options o;
    o.ca_file = "/nonexistent/ca.pem";
    client c(o);
    const auto got = c.send(get("https://127.0.0.1:1", "/"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::tls);
    EXPECT_NE(got.error().message.find("/nonexistent/ca.pem"), std::string::npos);
}

}  // namespace
}  // namespace assay::http::test
