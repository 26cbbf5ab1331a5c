#include "http/static_program.hpp"

#include <array>
#include <cstdlib>

#include <netdb.h>
#include <nss.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <unistd.h>

namespace assay::http {
namespace {

// Debian, Alpine and Arch; Fedora; openSUSE; the last is also what the BSDs use.
constexpr std::array<const char*, 4> bundles{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                             "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

void find_authorities() {
    const char* variable = X509_get_default_cert_file_env();
    // NOLINTBEGIN(concurrency-mt-unsafe): before any thread starts
    // What the user has named is all that is trusted.
    if (std::getenv(variable) != nullptr || std::getenv(X509_get_default_cert_dir_env()) != nullptr) return;
    if (::access(X509_get_default_cert_file(), R_OK) == 0) return;
    // A folder is read certificate by certificate, when one is asked for; a file would be read whole each time.
    if (::access(X509_get_default_cert_dir(), R_OK) == 0) return;
    for (const char* one : bundles) {
        if (::access(one, R_OK) != 0) continue;
        ::setenv(variable, one, 0);
        return;
    }
    // NOLINTEND(concurrency-mt-unsafe)
}

}  // namespace

void settle_static_program() {
    ::__nss_configure_lookup("hosts", "files dns");
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
    find_authorities();
}

}  // namespace assay::http
