// The control runs of a check, which show that its outcome is caused by its fault.
#include <fmt/format.h>

#include "harness/engine/client/client_session.hpp"
#include "harness/engine/client/verbs/table.hpp"

namespace assay::harness {
namespace {

bool is_plain(const run_settings& s) {
    return s.faults.as_array() == nullptr || s.faults.as_array()->empty();
}

// Checks with the same control share its outcome.
std::string control_key(const std::vector<client_step>& steps, const run_settings& s) {
    std::string key =
        fmt::format("{} {} {} {} {} {}", s.dialect, s.configuration.name + " " + s.configuration.auth_method, s.scope,
                    s.nonce, json::format(json::value(s.extra)), fmt::join(s.without, ",")) +
        fmt::format(" {}{}{}{}", fmt::join(s.use, ","), s.tls ? " tls" : "", s.issuer_slash ? " slash" : "",
                    s.short_tokens ? " short" : "") +
        json::format(json::value(s.clients)) + json::format(s.faults);
    for (const client_step& one : steps)
        key += fmt::format("; {} {}", one.what->name(), verb_of(one).key_in_control(one));
    return key;
}

}  // namespace

std::string label_of(std::size_t index, const client_step& s) {
    return fmt::format("{} {}", index + 1, s.what->name());
}

void add_request(const std::vector<client_step>& steps, run_settings& s) {
    for (const client_step& step : steps) verb_of(step).add_to_request(step, s);
}

std::vector<client_step> control_steps(const check& c) {
    if (c.control) return *c.control;
    std::vector<client_step> steps;
    for (const client_step& s : c.client_steps) {
        if (auto beside = verb_of(s).in_control(s)) steps.push_back(std::move(*beside));
    }
    if (steps.empty()) steps.push_back(plain_sign_in());
    return steps;
}

// A client without ES256 refuses every ES256 signature, even a wrong one: its refusal would show nothing.
result<client_session::control_result> client_session::takes_what_is_asked(const check& c, run_settings s) {
    s.faults = with_matrix(c.takes, s.matrix);
    if (is_plain(s)) return control_result{};
    s.own_origin = reaches_.needs_own_origin(s.faults);
    return control_of(c, std::move(s));
}

result<client_session::control_result> client_session::control_of(const check& c, run_settings s) {
    const std::vector<client_step> steps = control_steps(c);
    add_request(steps, s);
    const std::string key = control_key(steps, s);
    const auto known = controls_.find(key);
    if (known != controls_.end()) return known->second;
    result<control_result> r = run_control(steps, s);
    if (fall_ == fall::hung && s.without.empty() && be_there()) {
        fall_ = fall::none;
        r = run_control(steps, s);
        if (fall_ != fall::hung)
            notes_.push_back(fmt::format("{}: {} hung without any fault at the first try, and not at the second",
                                         c.id, spec_.name));
    }
    if (r) controls_.emplace(key, *r);
    return r;
}

result<client_session::control_result> client_session::run_control(const std::vector<client_step>& steps,
                                                                   const run_settings& s) {
    const result<std::unique_ptr<client_run>> run = client_run::open(*adapter_, control_, s);
    if (!run) return tl::unexpected(run.error());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string label = label_of(i, steps[i]);
        const result<step_outcome> ended = (*run)->run(steps[i], label);
        if (!ended) return tl::unexpected(ended.error());
        if (ended->how == client_outcome::accepted) {
            const std::string who = steps[i].expect ? std::string{} : verb_of(steps[i]).signs_in(steps[i]);
            std::string wrong = who.empty() ? std::string{} : (*run)->why_not_shown(*ended, who);
            if (!wrong.empty()) return control_result{false, std::move(wrong)};
            continue;
        }
        note_outcome(*ended);
        const std::string_view code = ended->report.string_at("code");
        const std::string_view message = ended->report.string_at("message");
        const std::string what = is_plain(s) ? fmt::format("the control run failed: {} without any fault", label)
                                             : fmt::format("the client does not accept {}: {} with it alone",
                                                           json::format(s.faults), label);
        return control_result{false, fmt::format("{} ended in: {}{}", what, outcome_name(ended->how),
                                                 ended->detail.empty() ? fmt::format(" ({}: {})", code, message)
                                                                       : ", " + ended->detail)};
    }
    return control_result{};
}

}  // namespace assay::harness
