// The mock's clock.
#include <array>

#include <fmt/format.h>

#include "harness/engine/core/control.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/engine/server/verbs/words.hpp"

namespace assay::harness {
namespace {

struct clock_words : step_body {
    json::value advance_s;  // a whole number, or a text with ${…}
};

class clock final : public server_verb {
public:
    clock()
        : server_verb(
              "clock",
              "Advances the clock of the mock by `advance_s` seconds; on other servers the check is a skip.") {}
    [[nodiscard]] bool is_slow(const step&) const override { return true; }

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list,
                                    verb_use& into) const override {
        static constexpr std::array<std::string_view, 1> keys{"advance_s"};
        if (auto ok = yaml::only_keys(d, n, keys, "'clock'"); !ok) return ok;
        auto amount = load_amount(d, n, "advance_s", name());
        if (!amount) return fail(amount.error());
        auto out = std::make_shared<clock_words>();
        out->advance_s = std::move(*amount);
        into.body = std::move(out);
        return {};
    }

    [[nodiscard]] json::object schema(verb_list) const override {
        return {{"description", help()},
                {"type", "object"},
                {"required", json::array{"advance_s"}},
                {"properties", json::object{{"advance_s", amount_schema()}}},
                {"additionalProperties", false}};
    }

    [[nodiscard]] result<void> carry_out(server_run& run, const step& s) const override {
        if (run.at.control.empty()) return fail(errc::unsupported, "only the mock's clock can be moved");
        auto by = run.vars.expand(dynamic_cast<const clock_words&>(*s.body).advance_s);
        if (!by) return fail(by.error());
        const auto seconds = by->as_integer();
        if (!seconds) return fail(errc::usage, "advance_s must be a whole number");
        auto moved = call_control("POST", run.at.control + "/clock", json::object{{"advance_s", *seconds}});
        if (!moved) return fail(moved.error());
        run.clock_moved_s += *seconds;
        return {};
    }
};

}  // namespace

const server_verb& clock_verb() {
    static const clock one;
    return one;
}

}  // namespace assay::harness
