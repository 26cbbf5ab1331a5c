// A verb of a step, as the reader of checks knows it. The engine has one class a verb, which also carries it out
// (engine/server/verbs, engine/client/verbs); the reader is given the verbs there are. Thread-safe: constant data.
#pragma once

#include <span>
#include <string_view>

#include "data/json.hpp"
#include "data/result.hpp"
#include "data/yaml.hpp"

namespace assay::harness {

struct step;
class verb;
using verb_list = std::span<const verb* const>;

class verb {
public:
    constexpr verb(std::string_view name, std::string_view help) : name_(name), help_(help) {}
    verb(const verb&) = delete;
    verb& operator=(const verb&) = delete;
    virtual ~verb() = default;

    [[nodiscard]] std::string_view name() const { return name_; }
    // What it does, in a line: for docs/scenarios.md and the description in docs/schema/check.json.
    [[nodiscard]] std::string_view help() const { return help_; }
    // Reads what stands under the verb into the body of the step, or into its inner steps. Errors: bad_yaml.
    [[nodiscard]] virtual result<void> read(const yaml::document& d, const yaml::node& n, verb_list all,
                                            step& into) const = 0;
    // The JSON Schema of what may stand under it.
    [[nodiscard]] virtual json::object schema(verb_list all) const = 0;
    // Its words that are parameters of no request: under another verb they are a mistake.
    [[nodiscard]] virtual std::span<const std::string_view> words() const { return {}; }
    // Whether one step of it has several answers: then `expect` also takes exactly_one and others.
    [[nodiscard]] virtual bool has_many_answers() const { return false; }

private:
    std::string_view name_, help_;
};

// nullptr: there is none of that name.
[[nodiscard]] const verb* find_verb(verb_list all, std::string_view name);

}  // namespace assay::harness
