#include "harness/engine/client/verbs/start.hpp"

#include <array>

#include <fmt/format.h>

#include "harness/engine/client/client_run.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {

result<void> start_verb::read_word(const yaml::document& d, const yaml::entry& e, start_words& into) const {
    if (e.key == "extra") {
        auto extra = yaml::as_json(d, e.value);
        if (!extra) return fail(extra.error());
        if (!extra->is_object()) return fail(d.error_at(e.value.at, "extra must be a map of name: value"));
        into.extra = *extra->as_object();
        return {};
    }
    if (e.key == "sign_in") {
        auto who = load_sign_in(d, e.value);
        if (!who) return fail(who.error());
        into.who = std::move(*who);
        return {};
    }
    auto text = yaml::as_text(d, e.value);
    const std::string word = text.value_or("");
    if (e.key == "scope") {
        if (!text) return fail(text.error());
        into.scope = word;
    } else if (e.key == "nonce") {
        if (word != "none") return fail(d.error_at(e.value.at, "nonce can only be none: sign in without one"));
        into.nonce = false;
    } else if (e.key == "after") {
        if (word != "cool_down")
            return fail(d.error_at(e.value.at, "after can only be cool_down: when the client fetches keys again"));
        into.rested = true;
    } else {
        if (word != "keep" && word != "other")
            return fail(d.error_at(e.value.at,
                                   fmt::format("session under '{}' can be keep (the browser of the previous sign-in) "
                                               "or other (another user's; the current one stays unchanged)",
                                               name())));
        into.keep_session = word == "keep";
        into.other_session = word == "other";
    }
    return {};
}

result<void> start_verb::read(const yaml::document& d, const yaml::node& n, verb_list, verb_use& into) const {
    static constexpr std::array<std::string_view, 6> keys{"extra", "scope", "nonce", "sign_in", "session", "after"};
    if (n.kind == yaml::kind::null) return {};
    if (auto ok = yaml::only_keys(d, n, keys, fmt::format("'{}'", name())); !ok) return ok;
    auto out = std::make_shared<start_words>();
    for (const yaml::entry& e : n.entries) {
        if (auto ok = read_word(d, e, *out); !ok) return ok;
    }
    into.body = std::move(out);
    return {};
}

json::object start_verb::schema(verb_list) const {
    return schema_of_keys(help(),
                          *json::parse(R"({
        "extra": {"type": "object", "description": "Parameters that the client adds to the authorization request."},
        "scope": {"type": "string"},
        "nonce": {"const": "none"},
        "sign_in": {"$ref": "#/$defs/sign_in"},
        "session": {"enum": ["keep", "other"], "description":
            "keep: the browser of the previous sign-in with its cookies; by default each begins without cookies. other: another user's browser; the current one stays unchanged."},
        "after": {"const": "cool_down", "description":
            "cool_down: waits until the client may fetch keys again (cool_down_s of client.yaml)."}
        })")
                               ->as_object(),
                          false);
}

const start_words& start_verb::words_of(const client_step& s) {
    static const start_words none;
    return s.body ? dynamic_cast<const start_words&>(*s.body) : none;
}

std::string start_verb::key_in_control(const client_step& s) const {
    const sign_in_spec& who = words_of(s).who;
    return fmt::format("{} {} {} {}", who.nobody, who.user, fmt::join(who.organizations, ","), who.consent);
}

void start_verb::add_to_request(const client_step& s, run_settings& to) const {
    const start_words& w = words_of(s);
    if (!w.scope.empty()) to.scope = w.scope;
    to.nonce = to.nonce && w.nonce;
    for (const json::member& m : w.extra.members) to.extra.set(m.name, m.v);
}

std::string why_not_by_configuration() {
    return "an application sends the authorization request of its configuration";
}

std::string start_verb::beyond_application(const client_step& s, const client_spec& spec) const {
    const start_words& w = words_of(s);
    const bool as_configured = w.extra.members.empty() && (w.scope.empty() || spec.takes_scope()) && w.nonce;
    return as_configured ? std::string{} : why_not_by_configuration();
}

tl::expected<void, step_outcome> start_verb::begin(client_run& run, const client_step& s) {
    if (run.at_start()) return tl::unexpected(*run.at_start());
    const start_words& w = words_of(s);
    if (w.rested) run.client().cool_down();
    if (run.has_signed_in && !w.keep_session && !w.other_session) run.browser().forget_cookies();
    run.has_signed_in = true;
    auto callback = w.other_session ? run.browser().login_elsewhere(w.who) : run.browser().login(w.who);
    if (!callback) return tl::unexpected(callback.error());
    run.callback = std::move(*callback);
    return {};
}

}  // namespace assay::harness
