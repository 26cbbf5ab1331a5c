#include <algorithm>
#include <array>
#include <thread>

#include <fmt/format.h>

#include "harness/engine/client/client_registration.hpp"
#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/verbs/start.hpp"
#include "harness/engine/client/verbs/table.hpp"

namespace assay::harness {
namespace {

struct refresh_words : step_body {
    std::string scope;
};

std::string scope_of(const client_step& s) {
    return s.body ? dynamic_cast<const refresh_words&>(*s.body).scope : std::string{};
}

// An application refreshes by itself, when a requested page needs a token and the old one has expired.
step_outcome refresh_by_page(client_run& run, const std::string& page) {
    std::this_thread::sleep_for(short_lifetime + std::chrono::milliseconds{200});
    step_outcome ended = run.browser().open(page);
    const result<std::vector<journal_entry>> seen = run.requests_of_step();
    const bool asked =
        seen && std::any_of(seen->begin(), seen->end(), [](const journal_entry& e) { return e.endpoint == "token"; });
    if (asked || ended.how != client_outcome::accepted) return ended;
    return {client_outcome::nonsense,
            {},
            fmt::format("the application did not refresh at {}, {} s after a token that lives that long; look at "
                        "`refresh` in client.yaml, and at how the application is told to refresh",
                        page, short_lifetime.count())};
}

class refresh_at_client final : public client_verb {
public:
    refresh_at_client() : client_verb("refresh", "The client refreshes its access token.") {}
    [[nodiscard]] std::string_view trace(const client_step&) const override { return "token"; }
    [[nodiscard]] bool needs_short_tokens() const override { return true; }

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list,
                                    verb_use& into) const override {
        static constexpr std::array<std::string_view, 1> keys{"scope"};
        if (n.kind == yaml::kind::null) return {};
        if (auto ok = yaml::only_keys(d, n, keys, "'refresh'"); !ok) return ok;
        const yaml::node* scope = n.find("scope");
        if (scope == nullptr) return {};
        auto text = yaml::as_text(d, *scope);
        if (!text) return fail(text.error());
        auto out = std::make_shared<refresh_words>();
        out->scope = std::move(*text);
        into.body = std::move(out);
        return {};
    }

    [[nodiscard]] json::object schema(verb_list) const override {
        return schema_of_keys(help(), *json::parse(R"({"scope": {"type": "string"}})")->as_object(), false);
    }

    void add_to_request(const client_step& s, run_settings& to) const override {
        if (!scope_of(s).empty()) to.scope = scope_of(s);
    }

    [[nodiscard]] std::string beyond_application(const client_step& s, const client_spec& spec) const override {
        if (!spec.can("refresh")) return "left to the application: refresh";
        return !scope_of(s).empty() && !spec.takes_scope() ? why_not_by_configuration() : std::string{};
    }

    [[nodiscard]] result<step_outcome> carry_out(client_run& run, const client_step&) const override {
        const application_spec* told = run.client().application();
        return told == nullptr ? run.browser().post("refresh") : refresh_by_page(run, told->refresh);
    }
};

}  // namespace

const client_verb& client_refresh_verb() {
    static const refresh_at_client one;
    return one;
}

}  // namespace assay::harness
