// One line a request, for people or for machines. Of a request the path alone is told, never its query, body or
// credentials; what a refusal says it got is masked. Pure functions but the clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mock_server/observe/journal.hpp"

namespace assay::mock {

enum class log_format { off, text, json };
[[nodiscard]] std::optional<log_format> parse_log_format(std::string_view name);  // "off", "text", "json"

// `at_ms`: epoch milliseconds of the real clock, whatever the issuer's says. Ends with a newline.
[[nodiscard]] std::string format_log_line(log_format how, std::int64_t at_ms, std::string_view issuer_name,
                                          const journal_entry& e);
[[nodiscard]] std::int64_t log_now();

}  // namespace assay::mock
