// The target of a load: the embedded mock, another mock through its control API, or a real server; and how to get
// codes and sessions there. Not thread-safe; the mint it returns is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/cli/shared/server_process.hpp"
#include "harness/load/generator/load_plan.hpp"
#include "harness/load/generator/run.hpp"
#include "http/url.hpp"
#include "mock_server/server/embedded.hpp"

namespace assay::harness {

struct load_target_options {
    std::string control;  // URL of another mock's control API; empty: none
    std::string ca_file;
    std::vector<std::string> allow_hosts;  // in addition to those of the plan
    unsigned mock_threads = 1;
    // For a rank of a load whose rank 0 has found the target: the issuer of a server that it started, and the
    // target's name. Empty: this process finds it.
    std::string issuer{};
    std::string name{};
    pid_t server_pid = 0;                       // of a server that someone else started on this machine; 0: unknown
    std::vector<std::string> server_metrics{};  // URLs
};

class load_target {
public:
    // Starts mock or server if needed. Errors: usage (host not allowed, unknown client), connect, environment.
    [[nodiscard]] static result<std::unique_ptr<load_target>> find(const load::load_plan& plan,
                                                                   const load_target_options& o);
    // The options of run_load() for that plan, with new sessions.
    [[nodiscard]] result<load::run_options> prepare(const load::load_plan& plan) const;

    // The issuer as seen by a check; for checks as load.
    [[nodiscard]] const issuer_view& view() const { return view_; }
    // In results. A random port must not make it a different target.
    [[nodiscard]] const std::string& name() const {
        return mock_ || started_.server || named_ ? name_ : view_.issuer;
    }
    // Of the mock in this process; empty: there is none.
    [[nodiscard]] std::string mock_control() const { return mock_ ? mock_->control_origin() : std::string{}; }
    [[nodiscard]] bool starts_a_server() const { return started_.server != nullptr; }

private:
    load_target() = default;
    [[nodiscard]] result<void> use_mock(const load::load_plan& plan, unsigned threads);
    [[nodiscard]] result<void> use_control(const std::string& issuer_url);
    [[nodiscard]] result<void> use_server(const std::string& given, const std::string& issuer = {});
    [[nodiscard]] result<void> fill_target(const load::load_plan& plan);
    [[nodiscard]] load::mint mint() const;

    std::unique_ptr<mock::embedded> mock_;
    server_processes started_;
    server_spec spec_;
    issuer_view view_;
    std::string name_;
    bool named_ = false;  // by rank 0
    std::string ca_file_;
    std::string origin_;
    load::target target_;
    std::string role_;
    std::vector<std::string> notes_;
    pid_t server_pid_ = 0;
    std::vector<std::string> server_metrics_;
};

// Loopback, or allowed by name.
[[nodiscard]] bool is_allowed_host(const http::url& at, const std::vector<std::string>& allowed);
// The same as an error with what to do. Errors: usage.
[[nodiscard]] result<void> may_load(const std::string& url, const std::vector<std::string>& allowed);

}  // namespace assay::harness
