// Matches saved variables.
#include <fmt/format.h>

#include "harness/engine/server/verbs/table.hpp"
#include "harness/engine/server/verbs/verb.hpp"
#include "harness/engine/server/walker.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {
namespace {

struct assert_words : step_body {
    std::vector<named_matcher> variables;
};

class assert_saved final : public server_verb {
public:
    assert_saved() : server_verb("assert", "Checks saved variables: a map of variable and matcher.") {}

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list,
                                    verb_use& into) const override {
        auto out = std::make_shared<assert_words>();
        if (n.kind != yaml::kind::null) {
            auto list = load_named(d, n, name());
            if (!list) return fail(list.error());
            out->variables = std::move(*list);
        }
        into.body = std::move(out);
        return {};
    }

    [[nodiscard]] json::object schema(verb_list) const override {
        return {{"description", help()}, {"type", "object"}};
    }

    [[nodiscard]] result<void> carry_out(server_run&, const step&) const override { return {}; }

    [[nodiscard]] next walk(walker& w, const step& s, const std::string&) const override {
        w.decide();
        for (const named_matcher& one : dynamic_cast<const assert_words&>(*s.body).variables) {
            auto bad = w.saved_mismatch(one);
            if (!bad) return w.give_up(bad.error(), s);
            if (*bad) w.add(one.name, (*bad)->expected, (*bad)->actual, one.at);
        }
        return w.has_findings() ? next::stop : next::step;
    }
};

}  // namespace

const server_verb& assert_verb() {
    static const assert_saved one;
    return one;
}

}  // namespace assay::harness
