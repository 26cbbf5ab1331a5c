#include "http/tls.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace assay::http {

namespace ssl = boost::asio::ssl;

namespace {

constexpr std::string_view good_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
// Allows what OpenSSL's security level would exclude.
constexpr std::string_view any_strength = ":@SECLEVEL=0";

// Errors in the chain from a certificate to a trusted authority (RFC 5280 §6.1).
bool is_about_trust(int problem) {
    return problem == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT || problem == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
           problem == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
           problem == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
           problem == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

}  // namespace

result<std::unique_ptr<ssl::context>> trust(const std::string& ca_file, const server_proof& wanted) {
    auto made = std::make_unique<ssl::context>(ssl::context::tls_client);
    boost::system::error_code ec;
    SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION);
    made->set_verify_mode(ssl::verify_peer, ec);
    if (!ec) made->set_default_verify_paths(ec);
    if (ec) return fail(errc::tls, "the system's certificates do not load: " + ec.message() + "; install them");
    if (!wanted.expiry)
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(made->native_handle()), X509_V_FLAG_NO_CHECK_TIME);
    if (!wanted.chain) {
        made->set_verify_callback(
            [](bool good, ssl::verify_context& c) {
                return good || is_about_trust(X509_STORE_CTX_get_error(c.native_handle()));
            },
            ec);
    }
    if (ca_file.empty()) return made;
    made->load_verify_file(ca_file, ec);
    if (ec)
        return fail(errc::tls, fmt::format("the CA file \"{}\" does not load ({}); give a PEM file of certificates",
                                           ca_file, ec.message()));
    return made;
}

result<std::unique_ptr<ssl::context>> present(const identity& who, const tls_laxity& lax) {
    auto made = std::make_unique<ssl::context>(ssl::context::tls_server);
    boost::system::error_code ec;
    SSL_CTX* context = made->native_handle();
    SSL_CTX_set_min_proto_version(context, lax.old_versions ? TLS1_VERSION : TLS1_2_VERSION);
    std::string ciphers(good_ciphers);
    if (lax.old_versions) ciphers += ":ECDHE+AES";
    if (!lax.ciphers.empty()) ciphers += ":" + lax.ciphers;
    if (ciphers != good_ciphers) ciphers += any_strength;
    if (SSL_CTX_set_cipher_list(context, ciphers.c_str()) != 1)
        return fail(errc::tls, fmt::format("OpenSSL here knows none of the ciphers {}", ciphers));
    made->use_certificate_chain(boost::asio::buffer(who.certificates), ec);
    if (!ec) made->use_private_key(boost::asio::buffer(who.key), ssl::context::pem, ec);
    if (ec) return fail(errc::tls, "the server's certificate and key do not load: " + ec.message());
    return made;
}

bool expect_name(SSL* handle, const std::string& host) {
    boost::system::error_code not_ip;
    boost::asio::ip::make_address(host, not_ip);
    X509_VERIFY_PARAM* param = SSL_get0_param(handle);
    if (!not_ip) return X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1;
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(handle, host.c_str()) == 1 &&
           SSL_ctrl(handle, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    const_cast<char*>(host.c_str())) == 1;  // NOLINT(cppcoreguidelines-pro-type-const-cast): C API
}

std::string certificate_problem(SSL* handle) {
    const long verdict = SSL_get_verify_result(handle);
    return verdict == X509_V_OK ? std::string{} : X509_verify_cert_error_string(verdict);
}

std::string tls_library_version() {
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

}  // namespace assay::http
