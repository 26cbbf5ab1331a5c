#include "oauth/ed25519_verify.hpp"

#include <sodium.h>

namespace assay::oauth {
namespace {

const unsigned char* bytes_of(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

}  // namespace

bool verify_ed25519(std::string_view point, std::string_view message, std::string_view signature) {
    static const bool ready = sodium_init() >= 0;
    return ready && point.size() == crypto_sign_ed25519_PUBLICKEYBYTES &&
           signature.size() == crypto_sign_ed25519_BYTES &&
           crypto_sign_ed25519_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                               bytes_of(point)) == 0;
}

}  // namespace assay::oauth
