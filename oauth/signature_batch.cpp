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

void verify_rs256(std::vector<waiting<rs256_verifier>>& all) {
    const auto limbs = [](const auto& w) { return w.key->limbs(); };
    std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return limbs(a) < limbs(b); });
    for (std::size_t from = 0; from < all.size();) {
        auto to = from + 1;
        while (to < all.size() && to - from < lanes && limbs(all[to]) == limbs(all[from])) ++to;
        verify_group<rs256_verifier>(std::span(all).subspan(from, to - from));
        from = to;
    }
}

}  // namespace

void verify_signatures(std::span<signature_check> all) {
    std::vector<waiting<rs256_verifier>> rs256;
    for (auto& one : all) {
        const auto* key = one.key->fits(one.alg) ? one.key->prepared() : nullptr;
        const auto* rsa = key != nullptr && one.alg == jws_alg::RS256 ? key->rs256() : nullptr;
        if (rsa != nullptr) {
            rs256.push_back({rsa, &one});
        } else {
            verify_alone(one);
        }
    }
    verify_rs256(rs256);
}

}  // namespace assay::oauth
