// What a client does with an ID Token under load: whose it is, its signature and claims, by a key set of its own that
// it fetches again when a token names a key it does not hold (OIDC Core §10.1.1). Not thread-safe: a flow's own.
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
    // `caches`: clients with a key set each, in turn one an arrival; all begin with what was fetched before the run.
    id_token_check(std::shared_ptr<flow_context> c, bool verify, std::size_t caches);

    // Counts what a token answer shows of the invariants: whose it is, that nothing comes twice; the ID Token's
    // signature and claims (OIDC Core §3.1.3.7) where it verifies. `more`: the client lacks the key, and `it.request`
    // asks for the key set; its answer goes to on_keys(). An ID Token that does not verify is a failure of the
    // request. `optional`: there may be none (OIDC Core §12.2).
    [[nodiscard]] judgement check(iteration& it, const token_answer& got, bool optional = false);
    [[nodiscard]] judgement on_keys(iteration& it, const answer& a);

private:
    struct key_set {
        std::string body;  // as it came; equal bodies are parsed once
        oauth::jwks keys;
    };
    [[nodiscard]] bool lacks(const oauth::jws_parts& parts, std::size_t client) const;
    [[nodiscard]] judgement judge(const oauth::jws_parts& parts, const json::object& claims, const grant& with,
                                  std::string_view access_token, std::size_t client);
    [[nodiscard]] std::string verify(const oauth::jws_parts& parts, const json::object& claims, const grant& with,
                                     std::string_view access_token, const oauth::jwks& keys) const;

    std::shared_ptr<flow_context> context_;
    request_writer writer_;
    bool verify_;
    std::vector<std::shared_ptr<const key_set>> clients_;
    std::shared_ptr<const key_set> newest_;
    std::size_t next_ = 0;
    recorder::leg_id keys_leg_;
};

}  // namespace assay::load
