// What clients send to prove who they are: Authorization headers, DPoP proofs, JWK Sets, certificates; and scopes.
#include <algorithm>

#include "oauth/certificate.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/dpop.hpp"
#include "oauth/jwk.hpp"
#include "oauth/scope.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace assay;
using namespace assay::oauth;

void scopes(std::string_view text) {
    const auto scope = parse_scope(text);
    fuzz::must(parse_scope(format_scope(scope)) == scope, "a scope is written and read");
    fuzz::must(is_subset(scope, scope) && intersect(scope, scope) == scope, "a scope contains itself");
    for (const auto& token : scope) fuzz::must(has_scope(scope, token), "a scope has its tokens");
}

void keys(std::string_view text) {
    const auto document = json::parse(text);
    if (!document) return;
    if (const auto set = parse_jwks(*document)) {
        for (const auto& k : set->keys) {
            const auto shown = json::format(k.public_json());
            fuzz::must(shown.find("\"d\"") == std::string::npos, "a public key has no private member");
            fuzz::must(k.thumbprint().size() == 43, "a thumbprint is a SHA-256 hash");
            fuzz::must(!k.verify(jws_alg::none, "message", ""), "none verifies nothing");
        }
        for (const auto alg : {jws_alg::RS256, jws_alg::ES256, jws_alg::EdDSA, jws_alg::HS256})
            for (const auto* k : set->candidates(alg, std::nullopt))
                fuzz::must(k->kty() != "oct" && k->fits(alg), "a candidate is a fitting public key");
    }
    if (const auto key = jwk::from_json(*document)) {
        const auto again = jwk::from_json(json::value(key->public_json()));
        fuzz::must(key->kty() == "oct" || (again && again->thumbprint() == key->thumbprint()),
                   "the public key has the same thumbprint");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    if (const auto basic = parse_basic(text)) {
        const auto again = parse_basic(format_basic(basic->client_id, basic->client_secret));
        fuzz::must(again && again->client_id == basic->client_id && again->client_secret == basic->client_secret,
                   "the same credentials come back");
    }
    if (const auto bearer = parse_bearer(text))
        fuzz::must(bearer->find(' ') == std::string::npos, "a bearer token has no space");
    scopes(text);
    keys(text);
    (void)is_certificate(text);
    // Of a text with two ports, which is no URL, one is removed each time.
    const auto htu = normalized_htu(text);
    if (std::count(text.begin(), text.end(), ':') <= 2)
        fuzz::must(normalized_htu(htu) == htu, "a normalized URL is its own normal form");
    dpop_expectations want;
    want.htm = "POST";
    want.htu = "http://127.0.0.1/token";
    want.now = 1767225700;
    (void)judge_dpop_proof(text, want);
    return 0;
}
