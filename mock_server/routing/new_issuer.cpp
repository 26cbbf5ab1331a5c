#include "mock_server/routing/new_issuer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "mock_server/issuer/people.hpp"

namespace assay::mock {
namespace {

// A sub that stands for nobody would be refused later, with a reason that points elsewhere.
result<void> demand_subjects(const issuer& at) {
    for (const auto& trusted : at.config().trusted) {
        for (const auto& [sub, username] : trusted.subjects) {
            if (at.find_user(username) != nullptr) continue;
            std::vector<std::string> names;
            for (const auto& u : at.users()) names.push_back(u.username);
            return fail(errc::usage,
                        fmt::format("trusted issuer {}: the subject '{}' stands for '{}', which is no user{}",
                                    trusted.issuer, sub, username, did_you_mean(username, names)));
        }
    }
    return {};
}

}  // namespace

result<void> demand_shareable(const issuer_request& r, const std::string& seed) {
    if (!seed.empty() || !r.seed.empty())
        return fail(errc::usage,
                    "with a store that mocks share, a seed would make all of them issue the same tokens; "
                    "leave out the seed or the store");
    if (!r.any_user) return {};
    return fail(
        errc::usage,
        "any_user keeps strangers in the memory of one mock, where other mocks of the store do not find them; "
        "leave out any_user or the store");
}

result<void> settle(issuer& at, issuer_request r) {
    if (r.users.empty() && !r.organizations.empty())
        return fail(errc::usage, "an issuer with organizations of its own needs 'users' of its own, too");
    if (!r.users.empty()) {
        const auto make_id = [&] { return at.make_uuid(); };
        auto done = at.change_people([&](people& all) -> result<void> {
            all = {};
            for (auto& o : r.organizations) {
                if (auto ok = put(all, std::move(o), make_id); !ok) return ok;
            }
            for (auto& u : r.users) {
                if (std::any_of(all.users.begin(), all.users.end(),
                                [&](const user& before) { return before.username == u.username; })) {
                    return fail(errc::usage, fmt::format("username '{}' is defined twice", u.username));
                }
                if (auto ok = put(all, std::move(u), make_id); !ok) return ok;
            }
            return {};
        });
        if (!done) return done;
    }
    if (auto ok = demand_subjects(at); !ok) return ok;
    return r.claims.empty() ? result<void>{} : at.set_claims(std::move(r.claims));
}

std::string secret_for(issuer& at, const std::string& client_id) {
    const auto there = at.find_client(client_id);
    return there && there->has_secret() ? there->client_secret : at.make_token("client_secret");
}

std::string beginning_of(const issuer_request& r) {
    json::array users;
    for (const auto& u : r.users) users.emplace_back(to_json(u));
    json::array organizations;
    for (const auto& o : r.organizations) organizations.emplace_back(to_json(o));
    json::array claims;
    for (const auto& row : r.claims) claims.emplace_back(to_json(row));
    json::object out{{"faults", r.faults}};
    out.append("users", std::move(users));
    out.append("organizations", std::move(organizations));
    out.append("claims", std::move(claims));
    out.append("now", r.now ? json::value(*r.now) : json::value());
    return json::format(out);
}

}  // namespace assay::mock
