// Users and organizations of an issuer: read, add, replace and delete them at run time.
#include "mock_server/issuer/people.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mock_server/control/routes.hpp"

namespace assay::mock::control {
namespace {

const user* configured_user(const call& c, std::string_view username) {
    const auto& all = c.at->users();
    const auto found = std::find_if(all.begin(), all.end(), [&](const user& u) { return u.username == username; });
    return found == all.end() ? nullptr : &*found;
}

const user* user_at(const call& c) {
    return configured_user(c, c.name);
}

const organization* organization_at(const call& c) {
    const auto& all = c.at->organizations();
    const auto found = std::find_if(all.begin(), all.end(), [&](const organization& o) { return o.slug == c.name; });
    return found == all.end() ? nullptr : &*found;
}

tl::unexpected<refused> nobody(const call& c, std::string_view what) {
    return no(404, "not_found", fmt::format("there is no {} '{}'", what, c.name));
}

template <class One>
reply put_one(const call& c, result<One> one, int status) {
    if (!one) return no(one.error());
    const auto key = [](const One& o) -> const std::string& {
        if constexpr (std::is_same_v<One, user>) return o.username;
        if constexpr (!std::is_same_v<One, user>) return o.slug;
    };
    if (!c.name.empty() && key(*one) != c.name)
        return no(400, "bad_request", fmt::format("'{}' in the body is not '{}' of the path", key(*one), c.name));
    call there = c;
    there.name = key(*one);
    const auto make_id = [&] { return c.at->make_uuid(); };
    const auto done = c.at->change_people([&](people& all) { return put(all, std::move(*one), make_id); });
    if (!done) return no(done.error());
    if constexpr (std::is_same_v<One, user>) return ok(to_json(*user_at(there)), status);
    if constexpr (!std::is_same_v<One, user>) return ok(to_json(*organization_at(there)), status);
}

}  // namespace

reply list_users(const call& c) {
    json::array out;
    for (const auto& u : c.at->users()) out.emplace_back(to_json(u));
    return ok(json::object{{"users", std::move(out)}});
}

reply add_user(const call& c) {
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    auto one = user_from_json(*body);
    if (one && configured_user(c, one->username) != nullptr)
        return no(409, "conflict", fmt::format("there is a user '{}' already; PUT replaces it", one->username));
    return put_one(c, std::move(one), 201);
}

reply read_user(const call& c) {
    const auto u = c.at->find_user(c.name);  // a stranger, too
    return u == nullptr || u->username != c.name ? reply(nobody(c, "user")) : ok(to_json(*u));
}

reply replace_user(const call& c) {
    if (user_at(c) == nullptr) return nobody(c, "user");
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    return put_one(c, user_from_json(*body), 200);
}

reply end_user(const call& c) {
    if (user_at(c) == nullptr) return nobody(c, "user");
    const auto done = c.at->change_people([&](people& all) { return remove_user(all, c.name); });
    return done ? no_content() : reply(no(done.error()));
}

reply read_claims(const call& c) {
    json::array rows;
    const auto all = c.at->claims();
    for (const auto& row : all ? *all : std::vector<claim_row>{}) rows.emplace_back(to_json(row));
    return ok(json::object{{"claims", std::move(rows)}});
}

reply replace_claims(const call& c) {
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    if (!body->is_array()) return no(400, "bad_request", "send a list of rows: [{\"claims\": {…}, \"user\": …}]");
    std::vector<claim_row> rows;
    for (const auto& one : *body->as_array()) {
        auto row = claim_row_from_json(one, c.at->speaks());
        if (!row) return no(row.error());
        rows.push_back(std::move(*row));
    }
    if (auto done = c.at->set_claims(std::move(rows)); !done) return no(done.error());
    return read_claims(c);
}

reply withdraw_consent(const call& c) {
    const auto client_id = c.parameter("client_id");
    const auto who = c.at->find_user(c.parameter("user"));
    if (!c.at->find_client(client_id))
        return no(400, "bad_request", fmt::format("client_id={} names no client of this issuer", client_id));
    if (who == nullptr)
        return no(400, "bad_request", fmt::format("user={} names no user of this issuer", c.parameter("user")));
    const auto id = rule::consent_withdrawal_ends_tokens;
    const bool tokens_too = c.at->speaks().enforces(id) && !c.at->faults()->defect(id);
    if (!c.at->tokens.withdraw_consent(client_id, who->sub, tokens_too))
        return no(404, "not_found", fmt::format("{} has allowed {} nothing", who->username, client_id));
    return no_content();
}

reply list_organizations(const call& c) {
    json::array out;
    for (const auto& o : c.at->organizations()) out.emplace_back(to_json(o));
    return ok(json::object{{"organizations", std::move(out)}});
}

reply add_organization(const call& c) {
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    auto one = organization_from_json(*body);
    if (one && c.at->find_organization(one->slug) != nullptr)
        return no(409, "conflict", fmt::format("there is an organization '{}' already; PUT replaces it", one->slug));
    return put_one(c, std::move(one), 201);
}

reply read_organization(const call& c) {
    const auto* o = organization_at(c);
    return o == nullptr ? reply(nobody(c, "organization")) : ok(to_json(*o));
}

// When single sign-on becomes mandatory, existing tokens that were limited to the organization are revoked.
reply replace_organization(const call& c) {
    const auto* before = organization_at(c);
    if (before == nullptr) return nobody(c, "organization");
    const bool was_enforced = before->sso_enforced;
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    auto done = put_one(c, organization_from_json(*body), 200);
    const auto* after = organization_at(c);
    if (done && after != nullptr && after->sso_enforced && !was_enforced) {
        c.at->tokens.pairs.revoke_granted({.organization = after->id});
    }
    return done;
}

reply end_organization(const call& c) {
    if (organization_at(c) == nullptr) return nobody(c, "organization");
    const auto done = c.at->change_people([&](people& all) -> result<void> {
        remove_organization(all, c.name);
        return {};
    });
    return done ? no_content() : reply(no(done.error()));
}

}  // namespace assay::mock::control
