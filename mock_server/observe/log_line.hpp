// One line per request, for people or for programs. Of the request only the path is logged, never query, body or
// credentials; the received value of a refusal is masked. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mock_server/observe/journal.hpp"

namespace assay::mock {

enum class log_format { off, text, json };
[[nodiscard]] std::optional<log_format> parse_log_format(std::string_view name);  // "off", "text", "json"

// `at_ms`: epoch milliseconds of the real clock, not of the issuer's. Ends with a newline.
[[nodiscard]] std::string format_log_line(log_format how, std::int64_t at_ms, std::string_view issuer_name,
                                          const journal_entry& e);
[[nodiscard]] std::int64_t log_now();

}  // namespace assay::mock
