// The requests of a capture, sent once more to a mock with the drafted dialect, in this process: what it answers
// tells which rules the provider does not enforce, which rule a refusal came from, and what is still different. Not
// thread-safe: the dialect is registered by its name.
#pragma once

#include <string>
#include <vector>

#include "harness/cli/twin/capture.hpp"
#include "mock_server/observe/journal.hpp"

namespace assay::harness::twin {

struct rehearsed {
    const step* of = nullptr;  // of the capture, which must outlive this
    http::response got;
    json::value answer;
    oauth::form callback;
    mock::refusal_note refused;  // no rule: it was not refused by one
    std::string skipped;         // why it was not sent; empty: it was

    [[nodiscard]] bool is_refused() const;
};

// Errors: those of the dialect, and of the client's metadata in it.
[[nodiscard]] result<std::vector<rehearsed>> rehearse(const capture& c, const std::string& dialect_text);

}  // namespace assay::harness::twin
