// RFC 7009 §2.1.
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {

const server_verb& revoke_verb() {
    static const token_form_verb one("revoke", "Revokes the last access token.", "revocation_endpoint");
    return one;
}

}  // namespace assay::harness
