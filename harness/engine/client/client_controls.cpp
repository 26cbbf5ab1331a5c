// The runs beside a check, which show that what comes of its fault comes of the fault.
#include <fmt/format.h>

#include "harness/engine/client/client_session.hpp"

namespace assay::harness {
namespace {

bool is_plain(const flow_settings& s) {
    return s.faults.as_array() == nullptr || s.faults.as_array()->empty();
}

// Two checks with the same control share its outcome.
std::string control_key(const std::vector<client_step>& legs, const flow_settings& s) {
    std::string key =
        fmt::format("{} {} {} {} {} {}", s.dialect, s.configuration.name + " " + s.configuration.auth_method, s.scope,
                    s.nonce, json::format(json::value(s.extra)), fmt::join(s.without, ",")) +
        fmt::format(" {}{}{}{}", fmt::join(s.use, ","), s.tls ? " tls" : "", s.issuer_slash ? " slash" : "",
                    s.short_tokens ? " short" : "") +
        json::format(json::value(s.clients)) + json::format(s.faults);
    for (const client_step& l : legs) {
        const sign_in_spec who = l.sign_in.value_or(sign_in_spec{});
        key += fmt::format("; {} {} {} {} {}", client_verb_name(l.what), who.nobody, who.user,
                           fmt::join(who.organizations, ","), who.consent);
    }
    return key;
}

}  // namespace

std::string label_of(std::size_t index, const client_step& s) {
    return fmt::format("{} {}", index + 1, client_verb_name(s.what));
}

void add_request(const std::vector<client_step>& steps, flow_settings& s) {
    for (const client_step& step : steps) {
        if (!step.scope.empty()) s.scope = step.scope;
        s.nonce = s.nonce && step.nonce;
        for (const json::member& m : step.extra.members) s.extra.set(m.name, m.v);
    }
}

std::vector<client_step> control_steps(const check& c) {
    if (c.control) return *c.control;
    std::vector<client_step> legs;
    for (const client_step& s : c.client_steps) {
        if (s.what == client_verb::deliver || s.what == client_verb::look) continue;
        client_step l = s;
        l.expect.reset();
        if (l.what == client_verb::login) l.what = client_verb::sign_in;
        legs.push_back(std::move(l));
    }
    if (legs.empty()) legs.emplace_back();
    return legs;
}

// Who knows no ES256 refuses every ES256 signature, also one that does not verify: nothing is learned of it.
result<client_session::leg_result> client_session::takes_what_is_asked(const check& c, flow_settings s) {
    s.faults = with_matrix(c.takes, s.matrix);
    if (is_plain(s)) return leg_result{};
    s.own_origin = reaches_.needs_own_origin(s.faults);
    return control_of(c, std::move(s));
}

result<client_session::leg_result> client_session::control_of(const check& c, flow_settings s) {
    const std::vector<client_step> legs = control_steps(c);
    add_request(legs, s);
    const std::string key = control_key(legs, s);
    const auto known = controls_.find(key);
    if (known != controls_.end()) return known->second;
    result<leg_result> r = run_control(legs, s);
    if (fall_ == fall::hung && s.without.empty() && be_there()) {
        fall_ = fall::none;
        r = run_control(legs, s);
        if (fall_ != fall::hung)
            notes_.push_back(fmt::format("{}: {} hung without any fault at the first try, and not at the second",
                                         c.id, spec_.name));
    }
    if (r) controls_.emplace(key, *r);
    return r;
}

result<client_session::leg_result> client_session::run_control(const std::vector<client_step>& legs,
                                                               const flow_settings& s) {
    const result<std::unique_ptr<client_flow>> flow = client_flow::open(*adapter_, control_, s);
    if (!flow) return tl::unexpected(flow.error());
    for (std::size_t i = 0; i < legs.size(); ++i) {
        const std::string label = label_of(i, legs[i]);
        const result<leg> ended = (*flow)->run(legs[i], label);
        if (!ended) return tl::unexpected(ended.error());
        if (ended->how == ending::accepted) {
            const bool signed_in = legs[i].what == client_verb::sign_in && !legs[i].expect;
            std::string wrong = signed_in
                                    ? (*flow)->why_not_shown(*ended, legs[i].sign_in.value_or(sign_in_spec{}).user)
                                    : std::string{};
            if (!wrong.empty()) return leg_result{false, std::move(wrong)};
            continue;
        }
        note_ending(*ended);
        const std::string_view code = ended->report.string_at("code");
        const std::string_view message = ended->report.string_at("message");
        const std::string what =
            is_plain(s) ? fmt::format("the control run failed: {} without any fault", label)
                        : fmt::format("the client does not take {}: {} with it alone", json::format(s.faults), label);
        return leg_result{false, fmt::format("{} ended in: {}{}", what, ending_name(ended->how),
                                             ended->detail.empty() ? fmt::format(" ({}: {})", code, message)
                                                                   : ", " + ended->detail)};
    }
    return leg_result{};
}

}  // namespace assay::harness
