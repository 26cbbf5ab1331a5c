// `assay prove`: each variant of every check passes where it is proven and does not under a witness of its own; and
// the matrix of every rule of the mock, switched off, against every check.
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
    std::string ca_file;  // what vouches for the mock over TLS
    unsigned jobs = 0;
    const std::atomic<bool>* stop = nullptr;
    bool matrix = true;
    std::vector<std::string> rules;  // names that can stand in { defect: NAME }
    // Called now and then, one call at a time.
    std::function<void(std::size_t done, std::size_t total)> progress;
};

// defect -> the checks that notice it, sorted. A defect nobody notices has an empty list.
using proof_matrix = std::map<std::string, std::vector<std::string>>;

struct proof {
    std::vector<std::string> broken;  // one sentence each: what does not hold
    proof_matrix noticed;
    std::size_t runs = 0;
    bool environment = false;  // some run could not decide
};

[[nodiscard]] proof prove_server_checks(const std::vector<check>& checks, const proof_options& options);

// Checks with a race, a moved clock or hundreds of rounds are proven by their own witness alone.
[[nodiscard]] bool in_matrix(const check& c);

// scenarios/proofs/expected.yaml.
struct expected_proof {
    proof_matrix noticed;   // rule of the mock -> server checks
    proof_matrix careless;  // validation that `assay rp` leaves out -> client checks
};
[[nodiscard]] std::string format_expected(const expected_proof& e);
// Errors: bad_yaml.
[[nodiscard]] result<expected_proof> load_expected(const yaml::document& d);
// The lines that differ, with - (expected only) and + (found only). Only checks of `checks` count.
[[nodiscard]] std::vector<std::string> compare_matrix(const proof_matrix& expected, const proof_matrix& found,
                                                      const std::vector<check>& checks);

}  // namespace assay::harness
