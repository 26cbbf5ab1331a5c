// Client checks against client adapters: every client × configuration × check, each client in a thread of its own and
// so many clients at once, each check on issuers of its own. A check runs beside a control, the same steps without
// the fault, so that a client that refuses everything does not score.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/clients/adapter.hpp"
#include "harness/clients/client_yaml.hpp"
#include "harness/scenario/check.hpp"
#include "reports/result.hpp"

namespace assay::harness {

struct client_run_options {
    std::string control;  // origin of the mock's control API
    std::string ca_file;  // PEM: the authority of the mock's issuers over TLS; empty: there are none
    bool tls = false;     // every issuer is over TLS, not only those of checks that need it
    std::string dialect;  // empty: each check's own proof dialect
    std::string assay_path;
    std::string path;                            // PATH for the clients (toolchain_path)
    std::chrono::milliseconds deadline{10'000};  // of one step
    std::vector<std::string> configurations{};   // of each client; empty: all
    unsigned jobs = 0;  // clients at once; 0: four times the processors, as most of it is waiting
    const std::atomic<bool>* interrupted = nullptr;
    std::function<void(const reports::row&)> on_row{};  // called from several threads, one at a time
};

struct client_results {
    std::vector<reports::subject> subjects;
    std::vector<std::string> notes;
    std::vector<reports::row> rows;  // by client, configuration, check
};

// The client checks among them.
[[nodiscard]] std::vector<const check*> client_checks(const std::vector<check>& all);

// How many rows that gives when no toolchain is missing.
[[nodiscard]] std::size_t rows_to_come(const std::vector<client_spec>& clients, const std::vector<check>& checks);

// Checks of servers among `checks` are passed over. A client whose toolchain is missing, or that does not start,
// gives rows (skip, error) and leaves the others alone.
[[nodiscard]] client_results run_client_checks(const std::vector<client_spec>& clients,
                                               const std::vector<check>& checks, const client_run_options& options);

}  // namespace assay::harness
