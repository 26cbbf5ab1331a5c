// `assay prove`: each variant of every check passes without faults and does not pass under a witness of its own; and
// the matrix of all checks against every rule of the mock, each switched off.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

struct proof_options {
    std::string control_origin;
    std::string ca_file;  // PEM of the mock's authority, for TLS
    unsigned jobs = 0;
    const std::atomic<bool>* stop = nullptr;
    bool matrix = true;
    std::vector<std::string> rules;  // names for { defect: NAME }
    // Called from time to time, one call at a time.
    std::function<void(std::size_t done, std::size_t total)> progress;
};

// defect -> ids of the checks that detect it, sorted. The list of an undetected defect is empty.
using proof_matrix = std::map<std::string, std::vector<std::string>>;

struct proof {
    std::vector<std::string> broken;  // one sentence each: what does not hold
    proof_matrix noticed;
    std::size_t runs = 0;
    bool environment = false;  // some run was undecided
};

[[nodiscard]] proof prove_server_checks(const std::vector<check>& checks, const proof_options& options);

// Checks with a race, a moved clock or hundreds of rounds are not in the matrix; only their witnesses are run.
[[nodiscard]] bool in_matrix(const check& c);

// scenarios/proofs/expected.yaml.
struct expected_proof {
    proof_matrix noticed;  // rule of the mock -> server checks
    proof_matrix mutants;  // validation that `assay rp` leaves out -> client checks
};
[[nodiscard]] std::string format_expected(const expected_proof& e);
// Errors: bad_yaml.
[[nodiscard]] result<expected_proof> load_expected(const yaml::document& d);
// The lines that differ: - (expected only) and + (found only). Checks that are not in `checks` are ignored.
[[nodiscard]] std::vector<std::string> compare_matrix(const proof_matrix& expected, const proof_matrix& found,
                                                      const std::vector<check>& checks);

}  // namespace assay::harness
