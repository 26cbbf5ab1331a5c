// A verb of a server check: its description for the loader (scenario/verb.hpp) and its execution. One file per verb,
// listed in table.cpp. Thread-safe: constant data; the run it works on belongs to one thread.
#pragma once

#include <string>
#include <string_view>

#include "data/result.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/verb.hpp"

namespace assay::harness {

class server_run;
class walker;
enum class next;

class server_verb : public verb {
public:
    using verb::verb;

    // Executes the step and leaves the observation in `run.now`. Errors: why it failed; ending.hpp says what that
    // means for the check.
    [[nodiscard]] virtual result<void> carry_out(server_run& run, const step& s) const = 0;
    // The whole step: executes, judges and saves. Verbs with inner steps or several answers override it.
    [[nodiscard]] virtual next walk(walker& w, const step& s, const std::string& number) const;

    // Whether the step asks the server for more than its metadata.
    [[nodiscard]] virtual bool decides() const { return true; }
    // Whether the step needs working sign-ins and code redemption.
    [[nodiscard]] virtual bool builds_on_sign_in(const step&) const { return false; }
    // Too slow for the matrix of proofs.
    [[nodiscard]] virtual bool is_slow(const step&) const { return false; }
    // Waits for a request from the server: its absence is a finding.
    [[nodiscard]] virtual bool waits_for_server() const { return false; }
};

// The steps of server checks are always read with these verbs.
[[nodiscard]] inline const server_verb& verb_of(const step& s) {
    return static_cast<const server_verb&>(*s.what);
}

using plain_verb = verb_without_words<server_verb>;

}  // namespace assay::harness
