// The operations that faults are composed of, one row each: name, hook, argument type, and the function. A row is
// next to its function in operations/, one file per family. Files of faults are checked against the rows when they
// are read, and the documentation is generated from them. Pure functions on constant data, thread-safe. An operation
// on something absent (a member of a body that is not JSON) changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "data/json.hpp"
#include "mock_server/dialects/hook.hpp"

namespace assay::mock {

struct outgoing_answer;  // outgoing.hpp
struct sending;          // outgoing.hpp
struct redirect;         // operations/callback.hpp
struct signing;          // operations/signing.hpp
struct honest_signing;   // operations/signing.hpp

// What an operation changes. `arguments` have the type that its row declares.
struct of_claims {
    void (*apply)(json::object& claims, const json::value& arguments);
};
struct of_claims_before {  // `before`: the claims of the previous ID Token
    void (*apply)(json::object& claims, const json::value& before, const json::value& arguments);
};
struct of_jose_header {
    void (*apply)(json::object& header, const json::value& arguments);
};
struct of_signing {  // with which key an ID Token is signed
    void (*apply)(signing& with, const honest_signing& by, const json::value& arguments);
};
struct of_signed_token {  // a signed ID Token
    void (*apply)(std::string& jws, const json::value& arguments);
};
struct of_code {  // the authorization code
    void (*apply)(std::string& code, const json::value& arguments);
};
struct of_query {  // the parameters of the redirect back to the client
    void (*apply)(json::object& query, const json::value& arguments);
};
struct of_query_before {  // `before`: those of the previous redirect
    void (*apply)(json::object& query, const json::value& before, const json::value& arguments);
};
struct of_redirect {  // how the parameters are delivered
    void (*apply)(redirect& how, const json::value& arguments);
};
struct of_members {  // the JSON object of an answer
    void (*apply)(json::object& body, const json::value& arguments);
};
struct of_json_text {  // the same as text, for what a JSON value cannot express
    void (*apply)(std::string& body, const json::value& arguments);
};
struct of_keys {  // the keys of a JWK Set
    void (*apply)(json::array& keys, const json::value& arguments);
};
struct of_answer {  // status, header fields, bytes of the body
    void (*apply)(outgoing_answer& a, const json::value& arguments);
};
struct of_sending {  // when, in which pieces and how much of an answer is sent
    void (*apply)(sending& s, const json::value& arguments);
};
struct of_endpoint {};  // an endpoint checks whether the operation is on (fault_set::uses)

using operation_change =
    std::variant<of_claims, of_claims_before, of_jose_header, of_signing, of_signed_token, of_code, of_query,
                 of_query_before, of_redirect, of_members, of_json_text, of_keys, of_answer, of_sending, of_endpoint>;

// The argument type of an operation. `names`: a list; `members`: a map.
enum class operation_argument : std::uint8_t { number, text, names, members, key, anything };

// How far the effect of an operation reaches. `values`: only the content that the client reads. `wire`: bytes,
// framing or the connection are unlike those of a correct listener, so that a pooled connection could carry the
// effect to another issuer. `slow`: the same, and a careful client waits until its own timeout.
enum class operation_reach : std::uint8_t { values, wire, slow };

[[nodiscard]] std::string_view reach_name(operation_reach r);  // "values", "wire", "slow"

struct operation_row {
    std::string_view name;
    // The only hook where it acts; nullopt: any endpoint's answer.
    std::optional<hook> only_at;
    operation_argument takes;
    std::string_view what;  // what it does, one sentence
    operation_change change;
    operation_reach reach = operation_reach::values;
};
[[nodiscard]] const std::vector<operation_row>& operation_rows();
[[nodiscard]] const operation_row* find_operation(std::string_view name);  // nullptr: unknown name
[[nodiscard]] std::vector<std::string> operation_names();
[[nodiscard]] bool acts_at(const operation_row& row, hook h);
// Whether `v` has the wanted type. Parameters in it have their defaults: values of a call are not known yet.
[[nodiscard]] bool fits(operation_argument wanted, const json::value& v);
[[nodiscard]] std::string_view words_of(operation_argument wanted);  // "a number"

// One step of a fault.
struct operation {
    const operation_row* row = nullptr;  // never null
    json::value arguments;

    [[nodiscard]] bool is(std::string_view name) const { return row->name == name; }
};
[[nodiscard]] bool has_operation(const std::vector<operation>& operations, std::string_view name);

// Applies the operations of that kind in order: apply<of_claims>(operations, claims).
template <class Change, class... Target>
void apply(const std::vector<operation>& operations, Target&&... target) {
    for (const auto& op : operations) {
        if (const auto* change = std::get_if<Change>(&op.row->change)) change->apply(target..., op.arguments);
    }
}
template <class Change>
[[nodiscard]] bool any_of(const std::vector<operation>& operations) {
    for (const auto& op : operations) {
        if (std::holds_alternative<Change>(op.row->change)) return true;
    }
    return false;
}

// Replaces "${name}" in texts and member names by the parameter, or else by the value of this call. A text that is
// nothing but "${name}" takes the type of the value.
[[nodiscard]] json::value filled(const json::value& v, const json::object& parameters, const json::object& call);

}  // namespace assay::mock
