// The request, and its query and body parsed as forms. Plain values.
#pragma once

#include <vector>

#include "http/message.hpp"
#include "mock_server/dialects/dialect.hpp"
#include "oauth/form_reading.hpp"

namespace assay::mock {

struct incoming {
    http::request request;
    oauth::form query;  // the fields that decode
    oauth::form body;   // the fields of a form body that decode; empty for other bodies
    std::vector<oauth::bad_field> query_undecoded{};
    std::vector<oauth::bad_field> body_undecoded{};
    bool body_is_form = false;
    bool body_too_long = false;  // more parameters than the limit
};

// Never fails: fields that do not decode are listed separately. `reads`: whether bytes that do not decode are dropped
// (RFC 6749 Appendix B), and whether multipart bodies count as forms.
[[nodiscard]] incoming read_request(http::request&& r, const dialect& reads);

}  // namespace assay::mock
