// What came in: the request, and what its query and its body say as forms. Plain values.
#pragma once

#include <vector>

#include "http/message.hpp"
#include "mock_server/dialects/dialect.hpp"
#include "oauth/form_reading.hpp"

namespace assay::mock {

struct incoming {
    http::request request;
    oauth::form query;  // what decodes of it
    oauth::form body;   // what decodes of a form body; empty otherwise
    std::vector<oauth::bad_field> query_undecoded{};
    std::vector<oauth::bad_field> body_undecoded{};
    bool body_is_form = false;
    bool body_too_long = false;  // more parameters than are read
};

// Never fails: what does not decode is told beside what does. `reads`: whether bytes that do not decode are dropped
// (RFC 6749 Appendix B) and whether multipart bodies are forms, too.
[[nodiscard]] incoming read_request(http::request r, const dialect& reads);

}  // namespace assay::mock
