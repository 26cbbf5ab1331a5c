// The clients of a run by area, all configurations of a client together, and what each client refused. Thread-safe:
// plain functions.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "reports/result.hpp"

namespace assay::reports {

// The mutation score: of the wrong answers that a correct client must refuse (row::refusal), how many this client
// refused. A check with variant is one answer; it is refused if every configuration that met it refused it.
struct mutation_score {
    std::size_t refused = 0;
    std::size_t met = 0;        // refused + survived
    std::size_t undecided = 0;  // errors: neither refused nor survived
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
    std::vector<std::string> areas;    // area_of(), sorted; areas with a row of any client
    std::vector<client_line> clients;  // in the order of the run
};
// Ignores rows of servers.
[[nodiscard]] client_matrix matrix_of(const run& r);

// "openid-client" of the subject "openid-client (public)".
[[nodiscard]] std::string client_of(const row& r);

// The wrong answers that were accepted: fail, warn and known rows (an expected deviation counts, too), worst first.
[[nodiscard]] std::vector<const row*> survivors(const run& r);

// One line per row whose verdict differs or that is in one run only: "RP-CB-01 [x] of curl (post): pass, then fail".
[[nodiscard]] std::vector<std::string> differing_verdicts(const run& first, const run& second);

}  // namespace assay::reports
