// The clients of a run by area, the configurations of one client together, and what each refused. Thread-safe: plain
// functions.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "reports/result.hpp"

namespace assay::reports {

// The mutation score: of the wrong answers that a correct client must refuse (row::refusal), how many this one
// refused. A check and variant is one answer; it counts as refused when every configuration that met it refused it.
struct mutation_score {
    std::size_t refused = 0;
    std::size_t met = 0;        // refused and survived
    std::size_t undecided = 0;  // an error each: neither
    std::size_t left = 0;       // skipped in every configuration: left to the application
};

struct client_line {
    std::string name;     // "openid-client"
    std::string version;  // or empty
    std::map<std::string, totals> areas;
    totals sum;
    mutation_score score;
};

struct client_matrix {
    std::vector<std::string> areas;    // area_of(), sorted; those any client has a row in
    std::vector<client_line> clients;  // in the order of the run
};
// Rows of servers are passed over.
[[nodiscard]] client_matrix matrix_of(const run& r);

// "openid-client" of the subject "openid-client (public)".
[[nodiscard]] std::string client_of(const row& r);

// A deviation that is expected is still a wrong answer that was taken: fail, warn and known rows, worst first.
[[nodiscard]] std::vector<const row*> survivors(const run& r);

// Rows whose verdicts differ, or that only one run has, a line each: "RP-CB-01 [x] of curl (post): pass, then fail".
[[nodiscard]] std::vector<std::string> differing_verdicts(const run& first, const run& second);

}  // namespace assay::reports
