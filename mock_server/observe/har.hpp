// A journal as HTTP Archive 1.2, the format of browsers' developer tools and of proxies. Thread-safe: pure functions.
#pragma once

#include <span>
#include <string>

#include "data/json.hpp"
#include "mock_server/observe/journal.hpp"

namespace assay::mock {

// An exported archive is usually sent to others: credentials, codes and tokens are masked unless asked for.
enum class in_har { secrets_masked, secrets_shown };

// `origin`: of the mock, because the journal has origin-form targets. `_assay` of an entry has its endpoint, refusal,
// diagnosis and faults.
[[nodiscard]] json::object format_har(std::span<const journal_entry> entries, const std::string& origin, in_har how);

}  // namespace assay::mock
