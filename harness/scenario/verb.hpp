// A verb of a step, as the loader of checks knows it. The engine has one class per verb, which also executes it
// (engine/server/verbs, engine/client/verbs), and passes the list of verbs to the loader. Thread-safe: constant data.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "data/json.hpp"
#include "data/result.hpp"
#include "data/yaml.hpp"

namespace assay::harness {

class verb;
using verb_list = std::span<const verb* const>;

// The content of a step that only its verb reads: each verb has its own type.
struct step_body {
    virtual ~step_body() = default;
};

// The verb of a step, with its content; for server and client checks.
struct verb_use {
    const verb* what = nullptr;
    yaml::place at;
    std::shared_ptr<const step_body> body;  // read by `what`; nullptr: empty
};

class verb {
public:
    constexpr verb(std::string_view name, std::string_view help) : name_(name), help_(help) {}
    verb(const verb&) = delete;
    verb& operator=(const verb&) = delete;
    virtual ~verb() = default;

    [[nodiscard]] std::string_view name() const { return name_; }
    // What the verb does, in one line: for docs/scenarios.md and the description in docs/schema/check.json.
    [[nodiscard]] std::string_view help() const { return help_; }
    // Reads the content of the verb into the body of the step (a `step` for a server verb, a `client_step` for a
    // client verb), or into its inner steps. Errors: bad_yaml.
    [[nodiscard]] virtual result<void> read(const yaml::document& d, const yaml::node& n, verb_list all,
                                            verb_use& into) const = 0;
    // The JSON Schema of the content.
    [[nodiscard]] virtual json::object schema(verb_list all) const = 0;
    // The keys of this verb that are not request parameters: under another verb they are an error.
    [[nodiscard]] virtual std::span<const std::string_view> words() const { return {}; }
    // Whether one step has several answers: then `expect` also accepts exactly_one and others.
    [[nodiscard]] virtual bool has_many_answers() const { return false; }

private:
    std::string_view name_, help_;
};

// nullptr: there is no such verb.
[[nodiscard]] const verb* find_verb(verb_list all, std::string_view name);
// Finds the only verb of a step and reads its content. `beside`: the other allowed keys of a step. Errors:
// bad_yaml.
[[nodiscard]] result<void> read_verb(const yaml::document& d, const yaml::node& n,
                                     std::span<const std::string_view> beside, verb_list all, verb_use& into);

// {"description": …, "type": ["object", "null"], "properties": …}: the start of the schema of every verb with keys.
[[nodiscard]] json::object schema_of_keys(std::string_view description, json::object properties, bool more);
// Errors: bad_yaml, if the verb has any content.
[[nodiscard]] result<void> read_nothing(const yaml::document& d, const yaml::node& n, std::string_view verb);

// A verb without content. `side`: server_verb or client_verb.
template <class side>
class verb_without_words : public side {
public:
    using side::side;
    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list,
                                    verb_use&) const override {
        return read_nothing(d, n, this->name());
    }
    [[nodiscard]] json::object schema(verb_list) const override { return schema_of_keys(this->help(), {}, false); }
};

}  // namespace assay::harness
