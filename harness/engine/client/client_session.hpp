// One client under test, kept running: executes checks in sequence and returns rows. Not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "data/result.hpp"
#include "harness/clients/adapter.hpp"
#include "harness/engine/client/check_faults.hpp"
#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/mock_control.hpp"
#include "harness/engine/client/runner.hpp"
#include "harness/scenario/check.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// How the client's process ended in a run.
enum class fall { none, exited, killed, hung };

class client_session {
public:
    client_session(const client_spec& c, const client_run_options& options);

    // Errors: environment; rows of a client that did not start have the reason.
    [[nodiscard]] result<void> start();
    [[nodiscard]] const std::string& version() const { return version_; }
    [[nodiscard]] reports::row run(const check& c, const variant& v, const client_configuration& configuration,
                                   const std::vector<std::string>& without = {});
    // Whether a careful client waits for its own timeout in some variant of that check.
    [[nodiscard]] bool waits(const check& c) const { return reaches_.waits(c); }
    // Of the last run().
    [[nodiscard]] fall last_fall() const { return fall_; }
    [[nodiscard]] int last_exit() const { return exit_; }  // if that is fall::exited
    // Notes for the report, one sentence each: a timeout that did not occur again. Empty after the call.
    [[nodiscard]] std::vector<std::string> take_notes() { return std::exchange(notes_, {}); }

private:
    struct control_result {
        bool good = true;
        std::string reason;
    };
    [[nodiscard]] result<void> be_there();
    // Why the check does not apply to this client, or empty.
    [[nodiscard]] std::string reason_to_skip(const check& c, const client_configuration& configuration,
                                             const std::string& dialect) const;
    void judge(const check& c, const run_settings& s, reports::row& row);
    // Why no check of this configuration can be decided, or empty: determined once, by a sign-in without
    // faults.
    [[nodiscard]] const std::string& precondition(const run_settings& s);
    [[nodiscard]] result<control_result> takes_what_is_asked(const check& c, run_settings s);
    [[nodiscard]] result<control_result> control_of(const check& c, run_settings s);
    [[nodiscard]] result<control_result> run_control(const std::vector<client_step>& steps, const run_settings& s);
    // Returns the outcome of the last step.
    [[nodiscard]] result<client_outcome> run_steps(const check& c, client_run& run, reports::row& row);
    void settle(const check& c, client_run& run, client_outcome last, reports::row& row) const;
    // Repeats judge() once if the client hung, and notes a hang that did not occur again.
    void judge_patiently(const check& c, const run_settings& s, reports::row& row);
    void note_outcome(const step_outcome& ended);

    const client_spec& spec_;
    const client_run_options& options_;
    mock_control control_;
    fault_reaches reaches_;
    std::unique_ptr<adapter> adapter_;
    std::string version_;
    std::string broken_;    // why this client cannot be used any more
    bool restart_ = false;  // it hung, or its memory must be measured from the start
    fall fall_ = fall::none;
    int exit_ = 0;
    std::vector<std::string> notes_;
    std::map<std::string, control_result> controls_;  // outcomes of the controls so far
    std::map<std::string, std::string> blocked_;      // configuration and dialect -> precondition()
};

}  // namespace assay::harness
