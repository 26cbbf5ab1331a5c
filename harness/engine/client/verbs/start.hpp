// Verbs that start a sign-in at the client: sign_in completes it, login stops before the callback. Thread-safe.
#pragma once

#include <string>

#include "harness/engine/client/client_browser.hpp"
#include "harness/engine/client/verbs/verb.hpp"

namespace assay::harness {

struct start_words : step_body {
    json::object extra;  // the client adds it to the authorization request
    std::string scope;   // empty: the run's default
    bool nonce = true;   // whether the client should send one
    sign_in_spec who;
    bool keep_session = false;   // in the browser of the last sign-in; otherwise without cookies
    bool other_session = false;  // in another user's browser; this one does not change
    bool rested = false;         // after the client's cool-down for fetching keys
};

class start_verb : public client_verb {
public:
    using client_verb::client_verb;
    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list all,
                                    verb_use& into) const override;
    [[nodiscard]] json::object schema(verb_list all) const override;
    [[nodiscard]] std::string key_in_control(const client_step& s) const override;
    void add_to_request(const client_step& s, run_settings& to) const override;
    [[nodiscard]] std::string beyond_application(const client_step& s, const client_spec& spec) const override;

protected:
    [[nodiscard]] static const start_words& words_of(const client_step& s);
    // Stores the callback URL in `run.callback`; or returns the outcome if it ended earlier.
    [[nodiscard]] static tl::expected<void, step_outcome> begin(client_run& run, const client_step& s);

private:
    [[nodiscard]] result<void> read_word(const yaml::document& d, const yaml::entry& e, start_words& into) const;
};

// The reason: an application takes no parameters for its authorization request.
[[nodiscard]] std::string why_not_by_configuration();

}  // namespace assay::harness
