// The fast verification agrees with plain EVP, and a batch with it. The first byte selects the algorithm, and whether
// the rest is a signature or is XORed onto a valid one.
#include <algorithm>
#include <array>

#include "oauth/es256_verify.hpp"
#include "oauth/signature_batch.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/oauth/plain_evp.hpp"
#include "tests/oauth/vectors.hpp"

namespace {

using namespace assay;
using namespace assay::oauth;

struct subject {
    jws_alg alg;
    jwk key;
    plain::pkey evp;
    std::string good;

    subject(jws_alg a, std::string_view text)
        : alg(a),
          key(*jwk::from_json(*json::parse(text))),
          evp(plain::public_key(key)),
          good(*key.sign(a, "message")) {
        // Until the key has its table of multiples.
        for (std::uint32_t i = 0; a == jws_alg::ES256 && i < es256_verifier::table_after; ++i)
            (void)key.verify(a, "m", good);
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::array<subject, 4> subjects{
        subject(jws_alg::RS256, vectors::rsa_key), subject(jws_alg::PS256, vectors::rsa_key),
        subject(jws_alg::ES256, vectors::ec_key), subject(jws_alg::EdDSA, vectors::okp_key)};
    if (size == 0) return 0;
    const subject& s = subjects[data[0] % subjects.size()];
    std::string signature(fuzz::text_of(data + 1, size - 1));
    if ((data[0] & 0x80U) != 0) {
        auto laid_over = s.good;
        for (std::size_t i = 0; i < std::min(signature.size(), laid_over.size()); ++i)
            laid_over[i] = static_cast<char>(laid_over[i] ^ signature[i]);
        signature = laid_over;
    }
    const bool fast = s.key.verify(s.alg, "message", signature);
    const bool slow = plain::verify(s.alg, s.evp.get(), "message", signature);
    // libsodium refuses an R of small order that OpenSSL accepts: see ed25519_verify.hpp.
    const bool stricter = s.alg == jws_alg::EdDSA && !fast;
    fuzz::must(fast == slow || stricter, "fast and plain way agree");
    std::array<signature_check, 3> batch{{{&s.key, s.alg, "message", s.good},
                                          {&s.key, s.alg, "message", signature},
                                          {&s.key, s.alg, "another message", s.good}}};
    verify_signatures(batch);
    fuzz::must(batch[0].good && batch[1].good == fast && !batch[2].good, "a batch and the fast way agree");
    return 0;
}
