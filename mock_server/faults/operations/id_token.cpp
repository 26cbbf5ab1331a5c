// The claims of an ID Token and its JOSE header.
#include "mock_server/faults/operations/families.hpp"
#include "mock_server/faults/operations/members.hpp"

namespace assay::mock::operations {
namespace {

using enum operation_argument;

constexpr operation_row rows[] = {
    {"claims.set", hook::id_token, members, "Sets these claims.", of_claims{set}},
    {"claims.drop", hook::id_token, names, "Removes these claims.", of_claims{drop}},
    {"claims.add", hook::id_token, members, "Adds these claims; others of the same name stay.", of_claims{add}},
    {"claims.shift", hook::id_token, members,
     "Shifts these times by this many seconds; an absent one is computed from iat.", of_claims{shift}},
    {"claims.retype", hook::id_token, members, "Gives these claims another JSON type.", of_claims{retype}},
    {"claims.previous", hook::id_token, names, "Uses the values of the previous ID Token.",
     of_claims_before{take_previous}},
    {"jose.set", hook::id_token, members, "Sets these members of the JOSE header.", of_jose_header{set}},
    {"jose.drop", hook::id_token, names, "Removes these members of the JOSE header.", of_jose_header{drop}},
    {"token.previous", hook::id_token, anything, "Sends the previous ID Token.", of_endpoint{}},
};

}  // namespace

family id_token_operations() {
    return rows;
}

}  // namespace assay::mock::operations
