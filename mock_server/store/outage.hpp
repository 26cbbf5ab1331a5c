// Whether the store failed the request that this thread answers. A store that cannot answer returns what grants least
// ("not found", "not first"), notes the outage, and does nothing more for this request; whoever sends the answer
// looks here last and sends 503 in its place. So no caller can take "unknown" for "no", and nothing leaves that was
// made after an operation whose result is unknown. Stores in memory never fail. Thread-safe: each thread has its own
// note.
#pragma once

#include <string>

namespace assay::mock::outage {

// A new request begins.
void forget();
// `why`: a sentence. The first one of a request is kept.
void note(std::string why);
[[nodiscard]] bool is_noted();
[[nodiscard]] const std::string& reason();

}  // namespace assay::mock::outage
