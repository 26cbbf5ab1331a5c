// Verbs with inner steps, and how often these are executed.
#pragma once

#include "harness/engine/server/verbs/words.hpp"
#include "harness/engine/server/walker.hpp"

namespace assay::harness {

class loop_verb : public server_verb {
public:
    using server_verb::server_verb;
    // walk() executes its steps.
    [[nodiscard]] result<void> carry_out(server_run&, const step&) const override { return {}; }

protected:
    // `steps`. Errors: bad_yaml.
    [[nodiscard]] result<void> read_steps(const yaml::document& d, const yaml::node& n, verb_list all,
                                          verb_use& into) const;
    // The schema of a map with these required keys and the optional `at_once`.
    [[nodiscard]] json::object loop_schema(json::object properties) const;
};

// `at_once`, false when absent. Errors: bad_yaml.
[[nodiscard]] result<bool> read_at_once(const yaml::document& d, const yaml::node& n);
// `times` of a step: from 1 to 10 000. Errors: usage, and those of interpolation.
[[nodiscard]] result<std::int64_t> expand_times(const server_run& run, const json::value& times);

}  // namespace assay::harness
