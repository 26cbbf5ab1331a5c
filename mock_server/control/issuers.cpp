// Issuers: create, describe, delete; their faults, clock and keys.
#include <array>

#include <fmt/format.h>

#include "mock_server/control/mint.hpp"
#include "mock_server/control/routes.hpp"
#include "mock_server/issuer/issuer_request.hpp"
#include "mock_server/pages/describe.hpp"

namespace assay::mock::control {
namespace {

json::object faults_of(const issuer& i) {
    const auto set = i.faults();
    return {{"faults", set->specs()}, {"fired", set->fired()}};
}

reply put_faults(const call& c, json::array specs) {
    auto set = fault_set::from_json(std::move(specs));
    if (!set) return no(set.error());
    if (auto done = c.at->set_faults(std::move(*set)); !done) return no(done.error());
    return ok(faults_of(*c.at));
}

constexpr std::string_view clock_usage =
    "send one of {\"advance_s\": seconds}, {\"now\": epoch seconds} and {\"real\": true}";

json::array list_of(const json::value& v) {
    if (const auto* list = v.as_array()) return *list;
    return json::array{v};
}

json::object keys_of(const issuer& i) {
    json::array keys;
    for (const auto& one : i.published_keys()) keys.emplace_back(one.key.public_json());
    const auto& alg = i.signing_algs().front();
    return {{"signing", i.signing_key(alg).kid()}, {"alg", alg}, {"keys", std::move(keys)}};
}

}  // namespace

reply list_issuers(const call& c) {
    json::array out;
    for (const auto& i : c.core.all()) out.emplace_back(describe(*i));
    return ok(json::object{{"issuers", std::move(out)}});
}

reply make_issuer(const call& c) {
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    auto asked = issuer_request_from_json(*body);
    if (!asked) return no(asked.error());
    auto made = c.core.create(std::move(*asked));
    if (!made) return no(made.error());
    return ok(describe(**made), 201);
}

reply read_issuer(const call& c) {
    return ok(describe(*c.at));
}

reply end_issuer(const call& c) {
    c.core.remove(c.at->config().name);
    return no_content();
}

reply reset_issuer(const call& c) {
    const std::string& name = c.at->config().name;
    // A fault issuer is made again by its next request.
    if (c.at->config().like) {
        c.core.remove(name);
        return no_content();
    }
    auto again = c.core.reset(name);
    if (!again) return no(again.error());
    return ok(describe(**again));
}

reply read_faults(const call& c) {
    return ok(faults_of(*c.at));
}

reply replace_faults(const call& c) {
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    return put_faults(c, list_of(*body));
}

reply add_faults(const call& c) {
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    // Faults that are already on keep their counters, and concurrent additions do not overwrite each other.
    if (auto done = c.at->add_faults(list_of(*body)); !done) return no(done.error());
    return ok(faults_of(*c.at));
}

reply clear_faults(const call& c) {
    // Without the parameter all are meant; an empty one is a mistake, such as an unset variable of a script.
    if (c.has_parameter("fault")) {
        const auto one = c.parameter("fault");
        // The text of a fault, or an object as JSON.
        auto spec = one.starts_with('{') ? json::parse(one) : result<json::value>(json::value(one));
        if (!spec) return no(spec.error());
        const auto done = c.at->remove_fault(*spec);
        if (!done && done.error().code == errc::not_found) return no(404, "not_found", done.error().message);
        if (!done) return no(done.error());
        return no_content();
    }
    if (auto done = c.at->set_faults(std::make_shared<fault_set>()); !done) return no(done.error());
    return no_content();
}

reply read_clock(const call& c) {
    return ok(json::object{{"now", c.at->now()}, {"frozen", c.at->is_frozen()}});
}

reply move_clock(const call& c) {
    static constexpr std::array<std::string_view, 3> members{"advance_s", "now", "real"};
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    if (auto good = only_members(*body, members, "a clock"); !good) return no(good.error());
    if (body->as_object()->members.size() != 1) return no(400, "bad_request", std::string(clock_usage));
    const auto& [name, wanted] = body->as_object()->members.front();
    if (name == "real") {
        if (wanted.as_boolean() != true)
            return no(400, "bad_request",
                      "member 'real' can only be true; to stop the clock send {\"now\": epoch seconds}");
        c.at->follow_real_time();
        return read_clock(c);
    }
    const auto seconds = wanted.as_integer();
    if (!seconds) return no(400, "bad_request", fmt::format("member '{}' must be a whole number of seconds", name));
    if (auto moved = name == "now" ? c.at->freeze(*seconds) : c.at->advance(*seconds); !moved)
        return no(moved.error());
    return read_clock(c);
}

reply read_keys(const call& c) {
    return ok(keys_of(*c.at));
}

reply rotate_keys(const call& c) {
    static constexpr std::array<std::string_view, 1> members{"keep_old"};
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    if (auto good = only_members(*body, members, "a rotation"); !good) return no(good.error());
    const auto* keep = body->find("keep_old");
    if (keep != nullptr && !keep->as_boolean())
        return no(400, "bad_request", "member 'keep_old' must be true or false");
    c.at->rotate_key(keep == nullptr || *keep->as_boolean());
    return ok(keys_of(*c.at));
}

reply mint(const call& c) {
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    auto minted = mint_codes(*c.at, *body);
    if (!minted) return no(minted.error());
    return ok(std::move(*minted), 201);
}

reply mint_pairs(const call& c) {
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    auto minted = mint_tokens(c.at, *body);
    if (!minted) return no(minted.error());
    return ok(std::move(*minted), 201);
}

}  // namespace assay::mock::control
