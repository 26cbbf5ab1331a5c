// `assay run`: what was asked for, what that selects, and its parts carried out.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "harness/clients/client_yaml.hpp"
#include "reports/result.hpp"

namespace assay::harness {

struct run_options {
    std::string profile;
    std::vector<std::string> select;
    std::string checks;   // a dated set; empty: all there are
    std::string server;   // URL or file; empty: our own mock
    std::string ca_file;  // PEM the server is trusted by, beside the system's authorities
    std::string dialect;
    std::vector<std::string> clients;
    std::vector<std::string> faults;
    unsigned jobs = 0;
    unsigned deadline_s = 10;      // of one leg of a client
    std::string grade = "robust";  // within_grade()
    unsigned repeat = 1;
    bool rerun_failed = false;
    std::string failed_in;  // a result.json; empty: that of `out`
    std::string baseline;   // empty: beside the server.yaml
    std::string out = "out";
    std::vector<std::string> formats{"json", "junit", "html"};
    bool tls = false;  // clients meet https issuers only
    bool verbose = false;
    bool brief = false;
    std::string fail_on = "must";
    std::string data;
    std::string command;  // as it was typed
};

// What will run.
struct run_plan {
    catalogue all;
    const profile* within = nullptr;
    std::vector<check> server_checks;
    std::vector<check> client_checks;
    std::vector<client_spec> clients;
    json::value faults = json::array{};
    std::vector<known_row> baseline;  // of the server
    std::vector<std::string> notes;
    bool nothing_failed = false;  // --rerun-failed finds nothing to run again
};

// Errors: usage (also when nothing is selected), bad_yaml.
[[nodiscard]] result<run_plan> make_plan(const run_options& o);
// Runs it all: rows so far, when it is interrupted. Errors: environment (the mock did not start), usage, bad_yaml.
[[nodiscard]] result<reports::run> carry_out(const run_plan& plan, const run_options& o);

// The name that `given` (a name or an alias) stands for. Errors: usage, with the nearest.
[[nodiscard]] result<std::string> dialect_named(const std::string& given);

}  // namespace assay::harness
