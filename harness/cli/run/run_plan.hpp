// `assay run`: its options, the plan that follows from them, and its execution.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/cli/run/oidf_run.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "harness/clients/client_yaml.hpp"
#include "harness/engine/server/run_check.hpp"
#include "harness/engine/server/server_file.hpp"
#include "reports/result.hpp"

namespace assay::harness {

struct run_options {
    std::string profile;
    std::vector<std::string> select;
    std::string checks;         // a dated set; empty: all checks
    std::string server;         // URL or file; empty: the embedded mock
    std::string oidf_config;    // likewise, a configuration of the conformance suite; its plan selects the checks
    std::string oidf_plan;      // "NAME[variant=value]"
    std::string as = "checks";  // or "oidf": the modules of the conformance suite
    std::string ca_file;        // PEM trusted for the server, besides the system's authorities
    std::string dialect;
    std::vector<std::string> clients;
    std::vector<std::string> faults;
    unsigned jobs = 0;
    unsigned deadline_s = 10;      // for one step of a client
    std::string grade = "robust";  // within_grade()
    unsigned repeat = 1;
    bool rerun_failed = false;
    std::string failed_in;  // a result.json; empty: the one in `out`
    std::string baseline;   // empty: the file beside server.yaml
    std::string out = "out";
    std::vector<std::string> formats{"json", "junit", "html"};
    std::string location;  // reports::run::location
    bool tls = false;      // clients get only https issuers
    bool verbose = false;
    bool brief = false;
    bool watch = false;
    std::string fail_on = "must";
    std::string data;
    std::string command;  // the command line as typed
};

// What will run.
struct run_plan {
    catalogue all;
    const profile* within = nullptr;
    std::vector<check> server_checks;
    std::vector<check> client_checks;
    std::vector<client_spec> clients;
    check_setup how;                    // faults of our mock; of a replay also seed and clock
    run_witness shown;                  // of server checks
    std::optional<server_spec> server;  // read already: its file is not read
    std::vector<known_row> baseline;    // of the server
    std::vector<std::string> notes;
    oidf_view oidf;               // empty unless that view is wanted
    bool nothing_failed = false;  // --rerun-failed found no failed check
};

// Errors: usage (also when no check is selected), bad_yaml.
[[nodiscard]] result<run_plan> make_plan(const run_options& o);
// Runs the plan; rows so far when interrupted. Errors: environment (no mock), usage, bad_yaml.
[[nodiscard]] result<reports::run> carry_out(const run_plan& plan, const run_options& o);

// The faults of --fault, as `assay serve` takes them. Errors: usage.
[[nodiscard]] result<json::value> parse_faults(const std::vector<std::string>& given);
// The dialect's name for a name or an alias. Errors: usage, with the nearest name.
[[nodiscard]] result<std::string> dialect_named(const std::string& given);

}  // namespace assay::harness
