#include "mock_server/endpoints/device_grant.hpp"

#include <array>

#include <fmt/format.h>

#include "mock_server/protocol/resource_indicators.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/refusals.hpp"

namespace assay::mock::endpoints {
namespace {

// Where rules are off and an unknown code passes: a request that the first user has allowed.
device_request made_up_request(const context& c, const client& who) {
    device_request out;
    out.client_id = who.client_id;
    out.scope = who.scope;
    out.state = device_state::allowed;
    out.of = {"user", c.at->users().front().sub};
    out.auth_time = c.now;
    return out;
}

// The error that the control API set for this poll.
std::optional<refusal> demand_no_answer_set(context& c, const device_poll& poll) {
    if (!poll.answer) return std::nullopt;
    for (const rule one : {rule::token_device_approval_awaited, rule::token_device_polling_slowed,
                           rule::token_device_denial_respected, rule::token_device_code_unexpired}) {
        if (row(one).error == *poll.answer)
            return c.demand(one, false, "a poll whose answer the control API has set");
    }
    return std::nullopt;
}

// What RFC 8628 §3.5 says of a device_code whose user has not decided.
std::optional<refusal> demand_decision(context& c, const device_poll& poll, device_request& d) {
    if (d.state != device_state::pending) return std::nullopt;
    if (auto no = c.demand(rule::token_device_polling_slowed, poll.in_time, [&] {
            return std::pair(std::string("a poll before the interval had passed"),
                             fmt::format("{} s between two polls", d.interval));
        })) {
        return no;
    }
    if (auto no = c.demand(rule::token_device_approval_awaited, false, "a user_code that nobody has allowed yet",
                           "a user who decides at verification_uri")) {
        return no;
    }
    d.of = {"user", c.at->users().front().sub};
    d.auth_time = c.now;
    return std::nullopt;
}

outcome<device_request> find_request(context& c, const client& who, const std::string& code) {
    if (auto no = c.demand(rule::token_device_code_present, !code.empty(), "no device_code", "device_code"))
        return refuse(*no);
    auto d = c.at->devices.find(code);
    if (auto no = c.demand(rule::token_device_code_known, d.has_value(),
                           "a device_code that this issuer never issued", "an issued device_code")) {
        return refuse(*no);
    }
    if (!d) return made_up_request(c, who);
    if (auto no = c.demand(rule::token_device_code_bound_to_client, d->client_id == who.client_id, who.client_id,
                           d->client_id)) {
        return refuse(*no);
    }
    if (auto no = c.demand(rule::token_device_code_single_use, d->state != device_state::redeemed,
                           "a redeemed device_code", "a fresh device_code")) {
        return refuse(*no);
    }
    if (auto no = c.demand(rule::token_device_code_unexpired, d->expires_at > c.now, [&] {
            return std::pair(fmt::format("a poll at {}", c.now), fmt::format("polls before {}", d->expires_at));
        })) {
        return refuse(*no);
    }
    const auto poll = c.at->devices.poll(code, c.at->now_ms());
    if (auto no = demand_no_answer_set(c, poll)) return refuse(*no);
    if (auto no = c.demand(rule::token_device_denial_respected, d->state != device_state::denied,
                           "a user_code that the user denied", "a user who allows it")) {
        return refuse(*no);
    }
    if (d->state == device_state::denied) d->of = {"user", c.at->users().front().sub};
    if (auto no = demand_decision(c, poll, *d)) return refuse(*no);
    return *d;
}

}  // namespace

answer redeem_device_code(context& c, const authenticated_client& who) {
    const std::string code(c.in.body.value("device_code"));
    auto d = find_request(c, *who.who, code);
    if (!d) return refusal_response(c, d.error());
    auto bound = resources_of_token_request(c, &d->resources);
    if (!bound) return refusal_response(c, bound.error());
    const bool first = c.at->devices.redeem(code) || d->user_code.empty();
    if (auto no = c.demand(rule::token_device_code_single_use, first, "a device_code redeemed at the same moment",
                           "a fresh device_code")) {
        return refusal_response(c, *no);
    }
    grant_of_tokens g;
    g.to = who.who;
    g.of = d->of;
    g.granted = oauth::parse_scope(d->scope);
    g.scope_differs = true;  // the token request names no scope
    g.access_lifetime = who.who->lifetimes.access_token.value_or(c.speaks().access_token_lifetime);
    g.family = c.at->make_family();
    g.auth_time = d->auth_time;
    g.with_id_token = true;
    g.bound = std::move(*bound);
    c.answers_at = hook::token;
    return issue_tokens(c, g);
}

}  // namespace assay::mock::endpoints
