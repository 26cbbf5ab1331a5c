// JSON whose texts are filled in for each token or answer: "${user.email}", "tenant-${request.tenant}". Pure
// functions over plain values; thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "data/json.hpp"
#include "data/result.hpp"
#include "oauth/form.hpp"

namespace assay::mock {

// What a token is made from. A text that is one name alone becomes its value; in a list, the list that it names is
// put in its place: [guest, "${user.roles}"].
struct claim_values {
    const json::object& named;             // "user.email"
    const oauth::form* request = nullptr;  // parameters of the token request; nullptr: none
};

// Errors: usage: a text names what is not there, with the nearest name; "${" without "}".
[[nodiscard]] result<void> demand_template(const json::value& v);
// The same for the claims and answers of a dialect, which are made of more: the tokens, the time.
[[nodiscard]] result<void> demand_answer_template(const json::value& v);
// The value with its texts filled in. No value if a name has none: the claim is left out then, as a token with
// "tenant-" would be about nobody. Neither has the name of an empty list or text: who has no roles has no claim
// `roles`.
[[nodiscard]] std::optional<json::value> filled_claim(const json::value& v, const claim_values& from);

// An answer: a member that has no value is left out of its object. "name ?scope" is the member `name`, there only
// where `scope` has a value; a member that is null in the template stays null.
[[nodiscard]] json::value filled_answer(const json::value& v, const claim_values& from);

}  // namespace assay::mock
