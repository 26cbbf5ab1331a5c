// RFC 7662 §2.1.
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {

const server_verb& introspect_verb() {
    static const token_form_verb one("introspect", "Introspects the last access token.", "introspection_endpoint");
    return one;
}

}  // namespace assay::harness
