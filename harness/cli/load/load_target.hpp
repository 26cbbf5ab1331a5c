// Whom a load is aimed at: our own mock in this process, another one through its control API, or any real server; and
// how it gives codes and sessions. Not thread-safe; the mint it hands out is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/cli/shared/server_process.hpp"
#include "harness/load/generator/plan.hpp"
#include "harness/load/generator/run.hpp"
#include "mock_server/server/embedded.hpp"

namespace assay::harness {

struct load_target_options {
    std::string control;  // control API of another mock; empty: none
    std::string ca_file;
    std::vector<std::string> allow_hosts;  // beside those of the plan
    unsigned mock_threads = 1;
};

class load_target {
public:
    // Starts what must be started. Errors: usage (a host that is not allowed, no such client), connect, environment.
    [[nodiscard]] static result<std::unique_ptr<load_target>> find(const load::load_plan& plan,
                                                                   const load_target_options& o);
    // What run_load() needs for that plan, sessions made anew.
    [[nodiscard]] result<load::run_options> prepare(const load::load_plan& plan) const;

    // As a check sees it; for scenarios under load.
    [[nodiscard]] const issuer_view& view() const { return view_; }

private:
    load_target() = default;
    [[nodiscard]] result<void> use_mock(const load::load_plan& plan, unsigned threads);
    [[nodiscard]] result<void> use_control(const std::string& issuer_url);
    [[nodiscard]] result<void> use_server(const std::string& given);
    [[nodiscard]] result<void> fill_party(const load::load_plan& plan);
    [[nodiscard]] load::mint mint() const;

    std::unique_ptr<mock::embedded> mock_;
    server_processes started_;
    server_spec spec_;
    issuer_view view_;
    std::string name_;
    std::string ca_file_;
    std::string origin_;
    load::party party_;
    std::string role_;
    std::vector<std::string> notes_;
};

// Loopback, or allowed by name. Errors: usage.
[[nodiscard]] result<void> may_load(const std::string& url, const std::vector<std::string>& allowed);

}  // namespace assay::harness
