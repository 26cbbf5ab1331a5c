#include "harness/engine/server/verbs/loops.hpp"

#include <array>

#include <fmt/format.h>

#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {
namespace {

using steady = std::chrono::steady_clock;

struct repeat_words : step_body {
    json::value times;
    bool at_once = false;
};

class repeat final : public loop_verb {
public:
    repeat() : loop_verb("repeat", "Runs its `steps` the given `times`; with `at_once: true` all start together.") {}
    [[nodiscard]] bool is_slow(const step&) const override { return true; }

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list all,
                                    verb_use& into) const override {
        static constexpr std::array<std::string_view, 3> keys{"times", "steps", "at_once"};
        if (auto ok = yaml::only_keys(d, n, keys, "'repeat'"); !ok) return ok;
        auto at_once = read_at_once(d, n);
        if (!at_once) return fail(at_once.error());
        auto times = load_amount(d, n, "times", name());
        if (!times) return fail(times.error());
        auto out = std::make_shared<repeat_words>();
        out->times = std::move(*times);
        out->at_once = *at_once;
        into.body = std::move(out);
        return read_steps(d, n, all, into);
    }

    [[nodiscard]] json::object schema(verb_list) const override { return loop_schema({{"times", amount_schema()}}); }

    [[nodiscard]] next walk(walker& w, const step& s, const std::string& number) const override {
        const auto& words = dynamic_cast<const repeat_words&>(*s.body);
        const auto n = expand_times(w.run(), words.times);
        if (!n) return w.give_up(n.error(), s);
        if (words.at_once) return w.at_once(s, number, "", std::vector<json::value>(static_cast<std::size_t>(*n)));
        const auto began = steady::now();
        for (std::int64_t i = 0; i < *n; ++i) {
            if (w.out_of_time()) return w.over_budget(s, i, *n, steady::now() - began);
            if (w.walk(s.steps, fmt::format("{}[{}].", number, i + 1)) == next::stop) return next::stop;
        }
        return next::step;
    }
};

struct for_each_words : step_body {
    std::string name;
    std::vector<json::value> values;
    bool at_once = false;
};

class for_each final : public loop_verb {
public:
    for_each()
        : loop_verb("for_each",
                    "Runs its `steps` for each value of the list `in`, in the variable `name`; with `at_once: true` "
                    "all start together.") {}
    [[nodiscard]] bool is_slow(const step& s) const override {
        return dynamic_cast<const for_each_words&>(*s.body).at_once;
    }

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list all,
                                    verb_use& into) const override {
        static constexpr std::array<std::string_view, 4> keys{"name", "in", "steps", "at_once"};
        if (auto ok = yaml::only_keys(d, n, keys, "'for_each'"); !ok) return ok;
        auto at_once = read_at_once(d, n);
        if (!at_once) return fail(at_once.error());
        const yaml::node* variable = n.find("name");
        const yaml::node* in = n.find("in");
        if (variable == nullptr || in == nullptr)
            return fail(d.error_at(n.at, "'for_each' needs name, in and steps"));
        auto text = yaml::as_text(d, *variable);
        if (!text) return fail(text.error());
        auto out = std::make_shared<for_each_words>();
        out->name = std::move(*text);
        out->at_once = *at_once;
        if (!in->is_sequence() || in->items.empty()) return fail(d.error_at(in->at, "in must be a list of values"));
        for (const yaml::node& item : in->items) {
            auto v = yaml::as_json(d, item);
            if (!v) return fail(v.error());
            out->values.push_back(std::move(*v));
        }
        into.body = std::move(out);
        return read_steps(d, n, all, into);
    }

    [[nodiscard]] json::object schema(verb_list) const override {
        return loop_schema(
            {{"name", json::object{{"type", "string"}}}, {"in", json::object{{"type", "array"}, {"minItems", 1}}}});
    }

    [[nodiscard]] next walk(walker& w, const step& s, const std::string& number) const override {
        const auto& words = dynamic_cast<const for_each_words&>(*s.body);
        std::vector<json::value> values;
        for (const json::value& raw : words.values) {
            auto v = w.run().vars.expand(raw);
            if (!v) return w.give_up(v.error(), s);
            values.push_back(std::move(*v));
        }
        if (words.at_once) return w.at_once(s, number, words.name, values);
        for (std::size_t i = 0; i < values.size(); ++i) {
            w.run().vars.set(words.name, values[i]);
            if (w.walk(s.steps, fmt::format("{}[{}].", number, i + 1)) == next::stop) return next::stop;
        }
        w.run().vars.erase(words.name);
        return next::step;
    }
};

}  // namespace

result<void> loop_verb::read_steps(const yaml::document& d, const yaml::node& n, verb_list all,
                                   verb_use& into) const {
    const yaml::node* inner = n.find("steps");
    if (inner == nullptr) return fail(d.error_at(n.at, fmt::format("'{}' needs steps", name())));
    auto steps = load_steps(d, *inner, all);
    if (!steps) return fail(steps.error());
    static_cast<step&>(into).steps = std::move(*steps);
    return {};
}

json::object loop_verb::loop_schema(json::object properties) const {
    json::array needed;
    for (const json::member& m : properties.members) needed.emplace_back(m.name);
    needed.emplace_back("steps");
    properties.append("steps", *json::parse(R"({"type": "array", "items": {"$ref": "#/$defs/server_step"},
                                                "minItems": 1})"));
    properties.append("at_once", *json::parse(R"({"type": "boolean", "description":
        "Each round has its own user agent, with its own browser and tokens; all start together."})"));
    return {{"description", help()},
            {"type", "object"},
            {"required", std::move(needed)},
            {"properties", std::move(properties)},
            {"additionalProperties", false}};
}

result<bool> read_at_once(const yaml::document& d, const yaml::node& n) {
    const yaml::node* at_once = n.find("at_once");
    return at_once == nullptr ? result<bool>(false) : yaml::as_boolean(d, *at_once);
}

result<std::int64_t> expand_times(const server_run& run, const json::value& times) {
    constexpr std::int64_t most = 10'000;
    auto v = run.vars.expand(times);
    if (!v) return fail(v.error());
    const auto n = v->as_integer();
    if (!n || *n < 1 || *n > most) return fail(errc::usage, fmt::format("times must be from 1 to {}", most));
    return *n;
}

const server_verb& repeat_verb() {
    static const repeat one;
    return one;
}

const server_verb& for_each_verb() {
    static const for_each one;
    return one;
}

}  // namespace assay::harness
