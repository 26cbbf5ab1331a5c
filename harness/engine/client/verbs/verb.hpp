// A verb of a client check: what the reader knows of it (scenario/verb.hpp), and what the person or the client does.
// One file a verb, listed in table.cpp. Thread-safe: constant data; the run it works on belongs to one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/result.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/verb.hpp"

namespace assay::harness {

class client_run;
struct client_spec;
struct run_settings;
struct step_outcome;

class client_verb : public verb {
public:
    using verb::verb;

    // Does what the step says, and gives how it ended. Errors: a ${…} that cannot be expanded.
    [[nodiscard]] virtual result<step_outcome> carry_out(client_run& run, const client_step& s) const = 0;

    // The endpoint that has answered with success where the client rightly says that it accepted; empty: none need
    // have been asked.
    [[nodiscard]] virtual std::string_view trace(const client_step&) const { return {}; }
    // The step in the control of a check that names none; nullopt: a control has no such step.
    [[nodiscard]] virtual std::optional<client_step> in_control(const client_step& s) const;
    // What tells two steps of this verb apart, as far as the outcome of a control goes.
    [[nodiscard]] virtual std::string key_in_control(const client_step&) const { return {}; }
    // What the step asks of the authorization request: a relying party is made once a check.
    virtual void add_to_request(const client_step&, run_settings&) const {}
    // Who is signed in at the client after a step that was accepted; empty: the step signs nobody in.
    [[nodiscard]] virtual std::string signs_in(const client_step&) const { return {}; }

    // Why an application, which nobody adapted, cannot be asked for the step; empty: it can.
    [[nodiscard]] virtual std::string beyond_application(const client_step&, const client_spec&) const { return {}; }
    // Whether an application does it only by itself, once its access token has ended.
    [[nodiscard]] virtual bool needs_short_tokens() const { return false; }
    // Whether the step is about the party of the second issuer, whose journal is judged then.
    [[nodiscard]] virtual bool is_at_other_party(const client_step&) const { return false; }
};

// Every step of a client check was read with these verbs.
[[nodiscard]] inline const client_verb& verb_of(const client_step& s) {
    return static_cast<const client_verb&>(*s.what);
}

using plain_client_verb = verb_without_words<client_verb>;

}  // namespace assay::harness
