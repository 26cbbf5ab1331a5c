// A verb of a client check: its description for the loader (scenario/verb.hpp) and its execution by user or client.
// One file per verb, listed in table.cpp. Thread-safe: constant data; the run it works on belongs to one thread.
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

    // Executes the step and returns its outcome. Errors: a ${…} that cannot be expanded.
    [[nodiscard]] virtual result<step_outcome> carry_out(client_run& run, const client_step& s) const = 0;

    // The endpoint that must have answered with success if the client's "accepted" is true; empty: no
    // endpoint.
    [[nodiscard]] virtual std::string_view trace(const client_step&) const { return {}; }
    // The step's counterpart in the default control of a check; nullopt: none.
    [[nodiscard]] virtual std::optional<client_step> in_control(const client_step& s) const;
    // Distinguishes steps of this verb with different outcomes in a control.
    [[nodiscard]] virtual std::string key_in_control(const client_step&) const { return {}; }
    // Adds the step's parameters of the authorization request: a relying party is created once per check.
    virtual void add_to_request(const client_step&, run_settings&) const {}
    // The user signed in at the client after an accepted step; empty: the step signs in no user.
    [[nodiscard]] virtual std::string signs_in(const client_step&) const { return {}; }

    // Why the step is not possible with an application without an adapter; empty: it is.
    [[nodiscard]] virtual std::string beyond_application(const client_step&, const client_spec&) const { return {}; }
    // Whether an application does this only by itself, after its access token has expired.
    [[nodiscard]] virtual bool needs_short_tokens() const { return false; }
    // Whether the step uses the party of the second issuer, whose journal is then judged.
    [[nodiscard]] virtual bool is_at_other_party(const client_step&) const { return false; }
};

// The steps of client checks are always read with these verbs.
[[nodiscard]] inline const client_verb& verb_of(const client_step& s) {
    return static_cast<const client_verb&>(*s.what);
}

using plain_client_verb = verb_without_words<client_verb>;

}  // namespace assay::harness
