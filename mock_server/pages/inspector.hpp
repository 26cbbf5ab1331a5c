// The inspector of an issuer: the requests as a sequence diagram; for each step the PKCE computation, the decoded
// tokens, and for a refusal its clause, the expected and the received value, and the most likely mistake. Secrets are
// masked: nothing on the page can be replayed. Thread-safe: pure functions.
#pragma once

#include <string>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock::pages {

// The page with the present entries of the journal; its script adds later ones.
[[nodiscard]] std::string inspector(const issuer& i);
// One step, an <li>.
[[nodiscard]] std::string inspector_step(const issuer& i, const journal_entry& e);

}  // namespace assay::mock::pages
