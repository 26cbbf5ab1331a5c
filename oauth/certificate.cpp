#include "oauth/certificate.hpp"

#include <memory>

#include <openssl/x509.h>

#include "oauth/base64url.hpp"

namespace assay::oauth {

bool is_certificate(std::string_view base64) {
    const auto der = base64_decode(base64);
    if (!der || der->empty()) return false;
    const auto* at = reinterpret_cast<const unsigned char*>(der->data());
    const auto* const end = at + der->size();
    const std::unique_ptr<X509, decltype(&X509_free)> read(d2i_X509(nullptr, &at, static_cast<long>(der->size())),
                                                           &X509_free);
    return read != nullptr && at == end;
}

}  // namespace assay::oauth
