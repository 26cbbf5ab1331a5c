#include "harness/engine/client/mask_search.hpp"

#include <algorithm>
#include <string_view>

namespace assay::harness {
namespace {

// The validations of a client, in groups that depend on each other: for example, alg tells an unsigned token from a
// signed one, but only if signatures are verified at all.
using family = std::vector<std::string_view>;
const std::vector<family> families{
    {"state", "state_missing", "session_binding", "unsolicited"},
    {"error_response", "code_missing"},
    {"iss_parameter"},
    {"repeated_parameters"},
    {"discovery_issuer"},
    {"error_member", "access_token"},
    {"token_type", "token_type_missing", "dpop_binding"},
    {"id_token_missing"},
    {"crit"},
    {"alg_none", "alg_confusion", "alg_client_secret", "signature", "kid", "keys", "key_use", "key_alg",
     "symmetric_key", "header_key", "key_size", "symmetric_signature", "alg_agreed"},
    {"iss"},
    {"aud"},
    {"azp"},
    {"exp"},
    {"iat"},
    {"nbf"},
    {"sub"},
    {"nonce", "nonce_missing"},
    {"at_hash"},
    {"auth_time"},
    {"userinfo_sub"},
    {"refresh_sub"},
    {"refresh_iss"},
    {"redirects"},
    {"content_length"},
    {"certificate_chain", "certificate_name", "certificate_expiry"},
    {"https_endpoints"},
};

bool holds(const family& f, std::string_view name) {
    return std::find(f.begin(), f.end(), name) != f.end();
}

bool asks_to_refuse(const check& c) {
    const std::string accepted = "accepted";
    return std::any_of(c.client_steps.begin(), c.client_steps.end(), [&](const client_step& s) {
        return s.expect && s.expect->outcome && match_text(*s.expect->outcome, &accepted).has_value();
    });
}

}  // namespace

std::vector<std::string> everything_but(const check& c) {
    if (!asks_to_refuse(c)) return {};
    std::vector<std::string> out;
    std::size_t witnessed = 0;
    for (const family& f : families) {
        const auto about = std::count_if(c.witnesses.begin(), c.witnesses.end(),
                                         [&](const witness& w) { return holds(f, w.mutant); });
        witnessed += static_cast<std::size_t>(about);
        if (about == 0) out.insert(out.end(), f.begin(), f.end());
    }
    return witnessed == c.witnesses.size() && witnessed > 0 ? out : std::vector<std::string>{};
}

}  // namespace assay::harness
