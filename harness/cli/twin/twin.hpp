// A dialect from a capture: `assay dialect from capture.har`. Not thread-safe: see rehearsal.hpp.
#pragma once

#include <string>
#include <string_view>

#include "harness/cli/twin/capture.hpp"

namespace assay::harness::twin {

struct draft_options {
    chosen_provider provider{};
    std::string extends{};  // a dialect; empty: the nearest built-in one
    std::string name{};     // of the draft; empty: the provider's host and the month
};

// The text of a dialect that answers as the provider in `har` did; `file` is the name of the archive. Errors: usage,
// not_found (the dialect to extend), each one sentence.
[[nodiscard]] result<std::string> draft_dialect(std::string_view har, const std::string& file,
                                                const draft_options& o);

}  // namespace assay::harness::twin
