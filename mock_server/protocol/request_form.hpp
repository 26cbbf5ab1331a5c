// Checks of form-encoded requests that all endpoints share (RFC 6749 Appendix B, §5.2).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The first field that does not decode: "'x' (a '%' must be …)"; empty: all fields decode.
[[nodiscard]] std::string told(const std::vector<oauth::bad_field>& undecoded);
// RFC 6749 §3.1, §3.2: a repeated parameter that must not be repeated; empty: there is none. O(n log n) in the size
// of the form.
[[nodiscard]] std::string_view name_sent_twice(const oauth::form& f,
                                               const std::function<bool(std::string_view)>& may_repeat);
// Applies request.parameters_decoded to the parameters that this endpoint reads.
[[nodiscard]] std::optional<refusal> demand_decoded(context& c);
// Media type, encoding and repeated parameters, for endpoints other than the token endpoint, which has its own rules.
// With `media_type` switched off the server reads JSON, too.
[[nodiscard]] std::optional<refusal> demand_form_of(context& c, rule media_type);
// The message of an error without double quotes, as error_description requires (RFC 6749 §5.2).
[[nodiscard]] std::string in_words(const error& e);
// Reads the body as JSON or form, without looking at the media type.
void read_whatever_it_is(context& c);

}  // namespace assay::mock
