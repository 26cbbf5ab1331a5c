// A verb of a server check: what the reader knows of it (scenario/verb.hpp), and what it does. One file a verb,
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

    // Does what the step says, and leaves what came back in `run.now`. Errors: why it could not; ending.hpp says what
    // that means for the check.
    [[nodiscard]] virtual result<void> carry_out(server_run& run, const step& s) const = 0;
    // The whole step: carried out, judged, its values saved. Verbs with steps or several answers have their own way.
    [[nodiscard]] virtual next walk(walker& w, const step& s, const std::string& number) const;

    // Whether a check that has this step asked more of the server than its metadata.
    [[nodiscard]] virtual bool decides() const { return true; }
    // Whether the step can only work where people can sign in and codes can be redeemed.
    [[nodiscard]] virtual bool builds_on_sign_in(const step&) const { return false; }
    // Too slow for the matrix of proofs.
    [[nodiscard]] virtual bool is_slow(const step&) const { return false; }
    // The server itself has to send something: that nothing came is a finding.
    [[nodiscard]] virtual bool waits_for_server() const { return false; }
};

// Every step of a server check was read with these verbs.
[[nodiscard]] inline const server_verb& verb_of(const step& s) {
    return static_cast<const server_verb&>(*s.what);
}

using plain_verb = verb_without_words<server_verb>;

}  // namespace assay::harness
