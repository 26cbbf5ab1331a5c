#include "mock_server/protocol/dpop.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "oauth/dpop.hpp"

namespace assay::mock {
namespace {

rule rule_of(std::string_view finding) {
    constexpr std::array<std::pair<std::string_view, rule>, 9> table{{{"typ", rule::dpop_typ_explicit},
                                                                      {"alg", rule::dpop_signature_verifies},
                                                                      {"jwk", rule::dpop_jwk_public},
                                                                      {"signature", rule::dpop_signature_verifies},
                                                                      {"htm", rule::dpop_htm_matches},
                                                                      {"htu", rule::dpop_htu_matches},
                                                                      {"iat", rule::dpop_iat_recent},
                                                                      {"jti", rule::dpop_jti_present},
                                                                      {"ath", rule::dpop_ath_matches}}};
    const auto* found =
        std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.first == finding; });
    return found->second;
}

bool is_own_nonce(const context& c, const std::string& nonce) {
    constexpr std::int64_t period = 300;
    return !nonce.empty() && (nonce == c.at->dpop_nonce(c.now) || nonce == c.at->dpop_nonce(c.now - period));
}

std::optional<refusal> demand_proof(context& c, const client& who, const std::string* access_token) {
    const auto proofs = c.in.request.head.all("DPoP");
    if (proofs.empty()) return std::nullopt;
    if (auto no = c.demand(rule::dpop_single_proof, proofs.size() == 1, "two DPoP headers", "one")) return no;
    oauth::dpop_expectations want;
    want.htm = c.in.request.method;
    want.htu = c.at->base() + c.path;
    want.now = c.now;
    if (access_token != nullptr) want.access_token = *access_token;
    const auto proof = oauth::judge_dpop_proof(proofs.front(), want);
    if (auto no = c.demand(rule::dpop_proof_well_formed, proof.has_value(), proof ? "" : proof.error().message,
                           "one JWT")) {
        return no;
    }
    if (!proof) return std::nullopt;
    for (const auto& f : proof->findings) {
        if (auto no = c.demand(rule_of(f.claim), false, f.actual, f.expected)) return no;
    }
    if (who.dpop_nonce_required) {
        if (auto no = c.demand(rule::dpop_nonce_demanded, is_own_nonce(c, proof->nonce),
                               proof->nonce.empty() ? "no nonce" : "another nonce", "the server's nonce")) {
            return no;
        }
    }
    const bool first = proof->jti.empty() || c.at->short_lived.is_first("dpop\n" + proof->jkt + "\n" + proof->jti);
    if (auto no = c.demand(rule::dpop_jti_fresh, first, "a jti that was used before", "a fresh jti")) return no;
    c.dpop_jkt = proof->jkt;
    return std::nullopt;
}

}  // namespace

std::optional<refusal> demand_dpop_proof(context& c, const client& who, const std::string* access_token) {
    if (!c.speaks().dpop) return std::nullopt;
    auto no = demand_proof(c, who, access_token);
    if (no && access_token != nullptr) {
        no->where = channel::dpop;
        no->status = 401;
    }
    if (no || access_token != nullptr) return no;
    return c.demand(rule::dpop_required_where_registered, !who.dpop_bound_access_tokens || !c.dpop_jkt.empty(),
                    "no DPoP proof", "a DPoP proof");
}

std::optional<refusal> demand_bound_key(context& c, const token_pair& token, const std::string& text,
                                        bool by_dpop_scheme) {
    if (!c.speaks().dpop) return std::nullopt;
    const std::string jkt = token.grant->bound ? token.grant->bound->jkt : "";
    if (!by_dpop_scheme) {
        return c.demand(rule::dpop_bound_token_not_bearer, jkt.empty(), "Authorization: Bearer",
                        "Authorization: DPoP and a proof");
    }
    const auto who = c.at->find_client(token.grant->client_id);
    if (auto no = demand_dpop_proof(c, who ? *who : client{}, &text)) return no;
    const bool same = !c.dpop_jkt.empty() && c.dpop_jkt == jkt;
    return c.demand(rule::dpop_key_of_token, same, c.dpop_jkt.empty() ? "no usable proof" : c.dpop_jkt, jkt);
}

}  // namespace assay::mock
