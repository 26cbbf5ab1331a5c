// The devices that wait for their user (RFC 8628): read them, decide for the user, set what their next polls get.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "mock_server/control/routes.hpp"
#include "mock_server/issuer/issuer_request.hpp"

namespace assay::mock::control {
namespace {

json::object document_of(const issuer& at, const device_request& d) {
    const bool expired = d.state == device_state::pending && d.expires_at <= at.now();
    json::object out{{"user_code", d.user_code},
                     {"client_id", d.client_id},
                     {"scope", d.scope},
                     {"state", expired ? "expired" : device_state_name(d.state)},
                     {"expires_at", d.expires_at},
                     {"interval", d.interval},
                     {"polls", static_cast<std::int64_t>(d.polls)},
                     {"answers", json::array(d.answers.begin(), d.answers.end())}};
    if (const auto who = d.of.sub.empty() ? nullptr : at.find_user(d.of.sub)) out.append("user", who->username);
    return out;
}

tl::unexpected<refused> no_device(const call& c) {
    return no(404, "not_found",
              fmt::format("there is no device with the user_code '{}'; GET /issuers/{{issuer}}/devices lists them",
                          c.name));
}

result<std::vector<std::string>> answers_of(const json::value& body) {
    static const std::vector<std::string> errors{"authorization_pending", "slow_down", "access_denied",
                                                 "expired_token"};
    std::vector<std::string> out;
    const auto* list = body.find("answers");
    if (list == nullptr) return out;
    if (!list->is_array()) return fail(errc::usage, "'answers' must be a list of errors");
    for (const auto& one : *list->as_array()) {
        const std::string text = one.is_string() ? *one.as_string() : json::format(one);
        if (std::find(errors.begin(), errors.end(), text) == errors.end()) {
            return fail(errc::usage, fmt::format("answers: '{}' is none of {}{}", text, fmt::join(errors, ", "),
                                                 did_you_mean(text, errors)));
        }
        out.push_back(text);
    }
    return out;
}

// Sets `user`, if the device is to be allowed. Errors: usage.
result<void> read_decision(const call& c, const json::value& body, std::string& decision,
                           std::shared_ptr<const user>& who) {
    decision = body.string_at("decision");
    if (body.find("decision") != nullptr && decision != "allow" && decision != "deny")
        return fail(errc::usage, "'decision' must be allow or deny");
    const auto* named = body.find("user");
    who = named == nullptr ? c.at->first_user() : c.at->find_or_welcome(body.string_at("user"));
    if (who == nullptr) return fail(errc::usage, fmt::format("there is no user '{}'", body.string_at("user")));
    if (decision.empty() && body.find("answers") == nullptr)
        return fail(errc::usage, "send a decision (allow or deny), answers for the next polls, or both");
    return {};
}

}  // namespace

reply list_devices(const call& c) {
    json::array out;
    for (const auto& d : c.at->devices.all()) out.emplace_back(document_of(*c.at, d));
    return ok(json::object{{"devices", std::move(out)}});
}

reply read_device(const call& c) {
    const auto d = c.at->devices.find_user_code(c.name);
    return d ? ok(document_of(*c.at, *d)) : reply(no_device(c));
}

reply decide_device(const call& c) {
    const auto d = c.at->devices.find_user_code(c.name);
    if (!d) return no_device(c);
    if (d->state == device_state::pending && d->expires_at <= c.at->now()) {
        return no(409, "conflict", fmt::format("'{}' has expired; let the device ask for a new code", c.name));
    }
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    static constexpr std::array<std::string_view, 3> members{"decision", "user", "answers"};
    if (auto good = only_members(*body, members, "a decision about a device"); !good) return no(good.error());
    std::string decision;
    std::shared_ptr<const user> who;
    if (auto good = read_decision(c, *body, decision, who); !good) return no(good.error());
    auto answers = answers_of(*body);
    if (!answers) return no(answers.error());
    auto& devices = c.at->devices;
    bool waited = body->find("answers") == nullptr || devices.set_answers(c.name, std::move(*answers));
    if (decision == "allow") waited = waited && devices.allow(c.name, {"user", who->sub}, c.at->now());
    if (decision == "deny") waited = waited && devices.deny(c.name);
    if (!waited) {
        return no(409, "conflict",
                  fmt::format("'{}' is {} already; only a request that is pending can be decided", c.name,
                              device_state_name(devices.find_user_code(c.name).value_or(*d).state)));
    }
    return read_device(c);
}

}  // namespace assay::mock::control
