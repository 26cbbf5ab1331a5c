// Answers a refusal: JSON, a challenge (RFC 6750 §3, RFC 9449 §7.1) or a page. Used by one thread.
#pragma once

#include <string_view>

#include "mock_server/request/answers.hpp"

namespace assay::mock {

// The answer for the refusal's channel (except redirects, which the authorization endpoint makes itself).
[[nodiscard]] http::response refusal_response(context& c, const refusal& r);

// Adds the members that the dialect's words for this refusal have besides error and error_description.
void append_stated_members(const context& c, const refusal& r, json::object& out);

// The refusal if there is no memory to store `what`: 503; its description names the option that helps.
[[nodiscard]] refusal no_room(context& c, std::string_view what);

// The answer when the store failed this request (outage.hpp): 503 with Retry-After, whatever the request asked for.
[[nodiscard]] http::response out_of_order(context& c);
// The same as a page.
[[nodiscard]] http::response out_of_order();

}  // namespace assay::mock
