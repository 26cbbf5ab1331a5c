// Validates ID Tokens under load, as a client does: subject, signature and claims, with a key set per client, which
// is fetched again for an unknown key (OIDC Core §10.1.1). The signatures of the tokens that arrive at once are
// verified together (oauth/signature_batch.hpp). Not thread-safe: owned by one flow.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/flows/flow.hpp"
#include "harness/load/flows/flow_parts.hpp"
#include "oauth/jwt.hpp"

namespace assay::load {

class id_token_check {
public:
    // `caches`: clients with a key set each, used in turn; all start with the keys fetched before the run.
    id_token_check(std::shared_ptr<flow_context> c, bool verify, std::size_t caches);

    // Counts the invariants that a token response shows: the right subject, no value twice; if enabled, the ID
    // Token's signature and claims (OIDC Core §3.1.3.7). `more`: the key is unknown, and `it.bytes` fetches the key
    // set; pass its response to on_keys(). `waits`: conclude() tells. An ID Token that does not verify counts as a
    // failed request. `optional`: the response may have no ID Token (OIDC Core §12.2).
    [[nodiscard]] judgement check(iteration& it, const token_response& got, bool optional = false);
    [[nodiscard]] judgement on_keys(iteration& it, const response& a);
    // Verifies the tokens that wait, and tells the judgement of each.
    void conclude(const told& tell);

private:
    struct key_set {
        std::string body;  // as received; an equal body is not parsed again
        oauth::jwks keys;
    };
    // A token that only one key may have signed.
    struct waiting {
        iteration* it;
        oauth::jws_parts parts;
        json::value claims;
        std::string access_token;
        std::shared_ptr<const key_set> keys;
        oauth::jws_alg alg;
        const oauth::jwk* signer;
    };
    [[nodiscard]] bool lacks(const oauth::jws_parts& parts, std::size_t client) const;
    [[nodiscard]] judgement judge(const oauth::jws_parts& parts, const json::object& claims, const grant& with,
                                  std::string_view access_token, const oauth::jwks& keys);
    [[nodiscard]] judgement recorded(const std::string& wrong);
    [[nodiscard]] std::string wrong_claim(const oauth::jws_parts& parts, const json::object& claims,
                                          const grant& with, std::string_view access_token) const;

    std::shared_ptr<flow_context> context_;
    request_writer writer_;
    bool verify_;
    std::vector<std::shared_ptr<const key_set>> clients_;
    std::shared_ptr<const key_set> newest_;
    std::size_t next_ = 0;
    std::vector<waiting> waiting_;
    recorder::request_id keys_request_;
};

}  // namespace assay::load
