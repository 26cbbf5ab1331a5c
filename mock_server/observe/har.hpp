// A journal as HTTP Archive 1.2, which browsers' developer tools and proxies read. Pure functions.
#pragma once

#include <span>
#include <string>

#include "data/json.hpp"
#include "mock_server/observe/journal.hpp"

namespace assay::mock {

// Whoever exports an archive sends it to somebody: credentials, codes and tokens stay out unless asked for.
enum class in_har { secrets_masked, secrets_shown };

// `origin` of the mock: the journal has origin-form targets. `_assay` of an entry holds its endpoint, refusal,
// diagnosis and faults.
[[nodiscard]] json::object format_har(std::span<const journal_entry> entries, const std::string& origin, in_har how);

}  // namespace assay::mock
