#include "oauth/signature_batch.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "oauth/ifma.hpp"
#include "oauth/signer.hpp"

namespace assay::oauth {
namespace {

// Below this number in a group of eight, one by one is faster.
constexpr std::size_t worth_it = 2;

void verify_alone(signature_check& one) {
    one.good = one.key->verify(one.alg, one.input, one.signature);
}

// A signature, and the part of its key that verifies several together.
template <class verifier>
struct waiting {
    const verifier* key;
    signature_check* of;
};

// What a signature of that key signs.
template <class verifier>
sha256_digest signed_by(const verifier&, std::string_view input) {
    return sha256_of(input);
}
std::string_view signed_by(const ed25519_verifier&, std::string_view input) {
    return input;
}

// At most eight, which fit together.
template <class verifier>
void verify_group(std::span<const waiting<verifier>> group) {
    if (group.size() < worth_it) {
        for (const auto& w : group) verify_alone(*w.of);
        return;
    }
    std::array<typename verifier::check, lanes> checks;
    for (std::size_t i = 0; i < group.size(); ++i)
        checks[i] = {group[i].key, signed_by(*group[i].key, group[i].of->input), group[i].of->signature};
    verifier::verify_together(std::span(checks).first(group.size()));
    for (std::size_t i = 0; i < group.size(); ++i) group[i].of->good = checks[i].good;
}

std::size_t limbs_of(const waiting<rs256_verifier>& w) {
    return w.key->limbs();
}

// Groups of eight neighbours that fit together.
template <class verifier>
void verify_groups(std::span<const waiting<verifier>> all) {
    for (std::size_t from = 0; from < all.size(); from += lanes)
        verify_group<verifier>(all.subspan(from, std::min(lanes, all.size() - from)));
}

void verify_rs256(std::vector<waiting<rs256_verifier>>& all) {
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return limbs_of(a) < limbs_of(b); });
    for (auto from = all.begin(); from != all.end();) {
        const auto to = std::find_if(from, all.end(), [&](const auto& w) { return limbs_of(w) != limbs_of(*from); });
        verify_groups<rs256_verifier>({from, to});
        from = to;
    }
}

}  // namespace

void verify_signatures(std::span<signature_check> all) {
    std::vector<waiting<rs256_verifier>> rs256;
    std::vector<waiting<es256_verifier>> es256;
    std::vector<waiting<ed25519_verifier>> eddsa;
    // False where the key cannot verify it together with others.
    const auto put = [](auto& group, const auto* key, signature_check& one) {
        if (key != nullptr) group.push_back({key, &one});
        return key != nullptr;
    };
    for (auto& one : all) {
        const auto* key = one.key->fits(one.alg) ? one.key->prepared() : nullptr;
        const bool waits =
            key != nullptr && ((one.alg == jws_alg::RS256 && put(rs256, key->rs256(), one)) ||
                               (one.alg == jws_alg::ES256 && put(es256, key->es256(), one)) ||
                               (row_of(one.alg).kind == jws_kind::eddsa && put(eddsa, key->ed25519(), one)));
        if (!waits) verify_alone(one);
    }
    verify_rs256(rs256);
    verify_groups<es256_verifier>(es256);
    verify_groups<ed25519_verifier>(eddsa);
}

}  // namespace assay::oauth
