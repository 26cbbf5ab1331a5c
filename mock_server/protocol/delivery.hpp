// Sends an authorization response to the client (RFC 6749 §4.1.2), with the faults at that hook.
#pragma once

#include <memory>
#include <string>

#include "mock_server/protocol/authorization.hpp"

namespace assay::mock {

struct callback {
    std::string target;                 // the redirect_uri of the request
    std::shared_ptr<const client> who;  // nullptr: unknown
    bool in_query = true;               // false: in the fragment, where a rule is off
    bool by_form = false;
};
// `code`: the code as sent, which the token endpoint must accept; empty for an error.
struct callback_answer {
    std::string code;
    http::response r;
};

// OAuth 2.0 Form Post Response Mode §2.
[[nodiscard]] bool goes_by_form(const context& c, const std::string& response_mode);
// `members`: what a correct server sends, in order.
[[nodiscard]] callback_answer call_back(context& c, const callback& to, const json::object& members);
// RFC 6749 §4.1.2.1: sends an error to the client.
[[nodiscard]] http::response deliver_error(context& c, const authorization_refusal& r);

}  // namespace assay::mock
