// The inspector of an issuer: who asked what of whom, as a sequence one can look at; behind each step the challenge
// arithmetic, the tokens taken apart, and of a refusal its clause, what was expected, what came, and the likeliest
// mistake. Secrets stay out: what the page shows cannot be replayed. Pure functions.
#pragma once

#include <string>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock::pages {

// The page with what the journal holds already; its script adds what comes.
[[nodiscard]] std::string inspector(const issuer& i);
// One step, an <li>.
[[nodiscard]] std::string inspector_step(const issuer& i, const journal_entry& e);

}  // namespace assay::mock::pages
