#include <array>

#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/verbs/table.hpp"

namespace assay::harness {
namespace {

class look_as_before final : public client_verb {
public:
    look_as_before()
        : client_verb("look",
                      "Whether a browser with only the cookies from before the callback is signed in (capability "
                      "`own_session`).") {}

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list,
                                    verb_use&) const override {
        static constexpr std::array<std::string_view, 1> keys{"session"};
        if (n.kind == yaml::kind::null) return {};
        if (auto ok = yaml::only_keys(d, n, keys, "'look'"); !ok) return ok;
        const yaml::node* session = n.find("session");
        if (session == nullptr || yaml::as_text(d, *session).value_or("") == "before") return {};
        return fail(d.error_at(session->at,
                               "session under 'look' can only be before: the browser as it was before the callback"));
    }

    [[nodiscard]] json::object schema(verb_list) const override {
        return {{"description", help()},
                {"type", "object"},
                {"required", json::array{"session"}},
                {"properties", json::object{{"session", json::object{{"const", "before"}}}}},
                {"additionalProperties", false}};
    }

    [[nodiscard]] std::optional<client_step> in_control(const client_step&) const override { return std::nullopt; }
    [[nodiscard]] result<step_outcome> carry_out(client_run& run, const client_step&) const override {
        return run.browser().look_as_before();
    }
};

}  // namespace

const client_verb& client_look_verb() {
    static const look_as_before one;
    return one;
}

}  // namespace assay::harness
