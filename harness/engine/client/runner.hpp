// Runs client checks: every client × configuration × check, each client in its own thread, several clients at once,
// each check with its own issuers. Each check has a control, the same steps without the fault, so that a client that
// refuses everything does not pass.
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
    std::string ca_file;  // PEM of the authority of issuers over TLS; empty: none
    bool tls = false;     // every issuer is over TLS, not only where a check needs it
    std::string dialect;  // empty: each check's own proof dialect
    std::string assay_path;
    std::string path;                            // PATH for the clients (toolchain_path)
    std::chrono::milliseconds deadline{10'000};  // of one step
    std::vector<std::string> configurations{};   // only these; empty: all
    std::string seed{};                          // of each issuer under a fault; empty: a new one for each
    unsigned jobs = 0;                           // clients at once; 0: four times the processors, as they mostly wait
    const std::atomic<bool>* interrupted = nullptr;
    std::function<void(const reports::row&)> on_row{};  // called from several threads, one at a time
};

struct client_results {
    std::vector<reports::subject> subjects;
    std::vector<std::string> notes;
    std::vector<reports::row> rows;  // by client, configuration, check
};

// Why a row is no pass, as one clause of a sentence.
[[nodiscard]] std::string why_not(const reports::row& row);

// The client checks among them.
[[nodiscard]] std::vector<const check*> client_checks(const std::vector<check>& all);

// The number of rows if no toolchain is missing.
[[nodiscard]] std::size_t rows_to_come(const std::vector<client_spec>& clients, const std::vector<check>& checks);

// Ignores server checks in `checks`. If a client's toolchain is missing or it does not start, its rows are skip or
// error; others are not affected.
[[nodiscard]] client_results run_client_checks(const std::vector<client_spec>& clients,
                                               const std::vector<check>& checks, const client_run_options& options);

}  // namespace assay::harness
