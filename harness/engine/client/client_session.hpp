// One client under test, kept running: checks, one after the other, become rows. Not thread-safe.
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

// What became of the client's process in a run.
enum class fall { none, exited, killed, hung };

class client_session {
public:
    client_session(const client_spec& c, const client_run_options& options);

    // Errors: environment; the rows of a client that did not start say so.
    [[nodiscard]] result<void> start();
    [[nodiscard]] const std::string& version() const { return version_; }
    [[nodiscard]] reports::row run(const check& c, const variant& v, const client_configuration& configuration,
                                   const std::vector<std::string>& without = {});
    // A careful client waits for its own time limit in some variant of that check.
    [[nodiscard]] bool waits(const check& c) const { return reaches_.waits(c); }
    // Of the last run().
    [[nodiscard]] fall last_fall() const { return fall_; }
    [[nodiscard]] int last_exit() const { return exit_; }  // where that is fall::exited
    // What is to be told beside the rows, a sentence each: a hang that did not come again. Empty afterwards.
    [[nodiscard]] std::vector<std::string> take_notes() { return std::exchange(notes_, {}); }

private:
    struct control_result {
        bool good = true;
        std::string reason;
    };
    [[nodiscard]] result<void> be_there();
    // Why this client is not asked, or empty.
    [[nodiscard]] std::string reason_to_skip(const check& c, const client_configuration& configuration,
                                             const std::string& dialect) const;
    void judge(const check& c, const run_settings& s, reports::row& row);
    // Why no check of this configuration can be decided, or empty: found out once, by a sign-in that nothing
    // disturbs.
    [[nodiscard]] const std::string& precondition(const run_settings& s);
    [[nodiscard]] result<control_result> takes_what_is_asked(const check& c, run_settings s);
    [[nodiscard]] result<control_result> control_of(const check& c, run_settings s);
    [[nodiscard]] result<control_result> run_control(const std::vector<client_step>& steps, const run_settings& s);
    // How the last step ended.
    [[nodiscard]] result<client_outcome> run_steps(const check& c, client_run& run, reports::row& row);
    void settle(const check& c, client_run& run, client_outcome last, reports::row& row) const;
    // Runs judge() once more where the client hung, and tells of a hang that passed.
    void judge_patiently(const check& c, const run_settings& s, reports::row& row);
    void note_outcome(const step_outcome& ended);

    const client_spec& spec_;
    const client_run_options& options_;
    mock_control control_;
    fault_reaches reaches_;
    std::unique_ptr<adapter> adapter_;
    std::string version_;
    std::string broken_;    // why this client cannot go on
    bool restart_ = false;  // it hung, or its memory is to be measured from the start
    fall fall_ = fall::none;
    int exit_ = 0;
    std::vector<std::string> notes_;
    std::map<std::string, control_result> controls_;  // what the controls so far came to
    std::map<std::string, std::string> blocked_;      // configuration and dialect -> precondition()
};

}  // namespace assay::harness
