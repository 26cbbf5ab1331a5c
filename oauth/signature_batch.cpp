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

// At most eight, which fit together.
template <class verifier>
void verify_group(std::span<const waiting<verifier>> group) {
    if (group.size() < worth_it) {
        for (const auto& w : group) verify_alone(*w.of);
        return;
    }
    std::array<typename verifier::check, lanes> checks;
    for (std::size_t i = 0; i < group.size(); ++i)
        checks[i] = {group[i].key, sha256_of(group[i].of->input), group[i].of->signature};
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
    for (auto& one : all) {
        const auto* key = one.key->fits(one.alg) ? one.key->prepared() : nullptr;
        const auto* rsa = key != nullptr && one.alg == jws_alg::RS256 ? key->rs256() : nullptr;
        const auto* ec = key != nullptr && one.alg == jws_alg::ES256 ? key->es256() : nullptr;
        if (rsa != nullptr) {
            rs256.push_back({rsa, &one});
        } else if (ec != nullptr) {
            es256.push_back({ec, &one});
        } else {
            verify_alone(one);
        }
    }
    verify_rs256(rs256);
    verify_groups<es256_verifier>(es256);
}

}  // namespace assay::oauth
