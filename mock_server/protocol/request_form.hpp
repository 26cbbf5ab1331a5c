// What holds of the form of a request at every endpoint that reads one (RFC 6749 Appendix B, §5.2).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// "'x' (a '%' must be followed by two hex digits; …)": the first of them; empty: everything decodes.
[[nodiscard]] std::string told(const std::vector<oauth::bad_field>& undecoded);
// RFC 6749 §3.1, §3.2: the name that is there a second time though it may not be; empty: none is. Linear but for a
// sort, whatever the size of the form.
[[nodiscard]] std::string_view name_sent_twice(const oauth::form& f,
                                               const std::function<bool(std::string_view)>& may_repeat);
// request.parameters_decoded, of the parameters that this endpoint reads.
[[nodiscard]] std::optional<refusal> demand_decoded(context& c);
// The media type, the encoding, and that nothing is there twice: for the endpoints beside the token endpoint, which
// has rules of its own. A server without `media_type` reads JSON, too.
[[nodiscard]] std::optional<refusal> demand_form_of(context& c, rule media_type);
// The message of an error as error_description may have it: without double quotes (RFC 6749 §5.2).
[[nodiscard]] std::string in_words(const error& e);
// What a server makes of a body whose media type it does not look at.
void read_whatever_it_is(context& c);

}  // namespace assay::mock
