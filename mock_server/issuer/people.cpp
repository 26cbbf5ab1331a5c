#include "mock_server/issuer/people.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "mock_server/issuer/issuer_request.hpp"

namespace assay::mock {
namespace {

constexpr std::array<std::string_view, 12> user_members{
    "username",     "sub",     "name",     "email", "organizations", "manages", "session_organizations",
    "phone_number", "address", "password", "roles", "groups"};
constexpr std::array<std::string_view, 6> address_members{"formatted", "street_address", "locality",
                                                          "region",    "postal_code",    "country"};
constexpr std::array<std::string_view, 4> organization_members{"slug", "id", "name", "sso_enforced"};

result<void> read_text(const json::value& v, std::string_view name, std::string& out) {
    const auto* m = v.find(name);
    if (m == nullptr) return {};
    if (!m->is_string()) return fail(errc::usage, fmt::format("member '{}' must be a string", name));
    out = *m->as_string();
    return {};
}

// OIDC Core §2: sub is at most 255 ASCII characters.
result<void> demand_subject(std::string_view text, std::string_view member) {
    constexpr std::size_t bytes_max = 255;
    const bool fits = text.size() <= bytes_max &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (fits) return {};
    return fail(
        errc::usage,
        fmt::format("member '{}' becomes the sub of tokens: it must be at most {} characters of printable ASCII "
                    "(OIDC Core §2)",
                    member, bytes_max),
        fmt::format("/{}", member));
}

result<void> read_list(const json::value& v, std::string_view name, std::string_view of,
                       std::vector<std::string>& out) {
    const auto* list = v.find(name);
    if (list == nullptr) return {};
    const auto wrong = [&] { return fail(errc::usage, fmt::format("member '{}' must be an array of {}", name, of)); };
    if (!list->is_array()) return wrong();
    for (const auto& one : *list->as_array()) {
        if (!one.is_string()) return wrong();
        out.push_back(*one.as_string());
    }
    return {};
}

// OIDC Core §5.1.1.
result<void> read_address(const json::value& v, json::object& out) {
    const auto* address = v.find("address");
    if (address == nullptr) return {};
    if (!address->is_object())
        return fail(errc::usage, "member 'address' must be an object, as OIDC Core §5.1.1 has it");
    if (auto ok = only_members(*address, address_members, "an address"); !ok) return ok;
    for (const auto& m : address->as_object()->members) {
        if (!m.v.is_string())
            return fail(errc::usage, fmt::format("member '{}' of an address must be a string", m.name));
    }
    out = *address->as_object();
    return {};
}

// Replaces slugs by ids. Errors: usage, with the nearest slug.
result<void> resolve(const people& all, std::vector<std::string>& ids) {
    std::vector<std::string> slugs;
    for (const auto& o : all.organizations) slugs.push_back(o.slug);
    for (auto& id : ids) {
        const auto there = std::find_if(all.organizations.begin(), all.organizations.end(),
                                        [&](const organization& o) { return o.id == id || o.slug == id; });
        if (there == all.organizations.end()) {
            return fail(errc::usage,
                        fmt::format("there is no organization '{}'{}; make it first", id, did_you_mean(id, slugs)));
        }
        id = there->id;
    }
    return {};
}

// Fixed ids, so that people can copy them; every issuer has the same demo users.
const std::vector<organization>& demo_organizations() {
    static const std::vector<organization> all{
        {"0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01", "acme", "Acme"},
        {"7d1f4b90-2c3e-4c86-8a1b-5e9f0d6a4c02", "globex", "Globex"},
    };
    return all;
}

const std::vector<user>& demo_users() {
    static const std::vector<user> all{
        {"6f0f3c0e-1b7d-4e0a-9c55-2a8d3e4f5b11",
         "ada",
         "Ada Lovelace",
         "ada@example.com",
         {demo_organizations()[0].id, demo_organizations()[1].id},
         {demo_organizations()[0].id, demo_organizations()[1].id},
         {},
         "+44 20 7946 0123",
         {{"formatted", "12 St James's Square\nLondon SW1Y 4JH\nUnited Kingdom"},
          {"street_address", "12 St James's Square"},
          {"locality", "London"},
          {"postal_code", "SW1Y 4JH"},
          {"country", "GB"}}},
        {"b2a4d6c8-3e5f-4b7a-8c9d-1f2e3d4c5b22",
         "grace",
         "Grace Hopper",
         "grace@example.com",
         {demo_organizations()[1].id},
         {},
         {},
         "+1 202 555 0143",
         {{"locality", "Arlington"}, {"region", "Virginia"}, {"country", "US"}}},
    };
    return all;
}

}  // namespace

const people& demo_people() {
    static const people all{demo_users(), demo_organizations()};
    return all;
}

result<user> user_from_json(const json::value& v) {
    if (auto ok = only_members(v, user_members, "a user"); !ok) return fail(ok.error());
    user u;
    for (auto& [name, field] : {std::pair<std::string_view, std::string&>{"username", u.username},
                                {"sub", u.sub},
                                {"name", u.name},
                                {"email", u.email},
                                {"phone_number", u.phone_number},
                                {"password", u.password}}) {
        if (auto ok = read_text(v, name, field); !ok) return fail(ok.error());
    }
    if (u.username.empty()) return fail(errc::usage, "a user needs a username");
    if (auto ok = read_address(v, u.address); !ok) return fail(ok.error());
    if (auto ok = demand_subject(u.sub, "sub"); !ok) return fail(ok.error());
    if (auto ok = read_list(v, "organizations", "ids or slugs", u.organizations); !ok) return fail(ok.error());
    if (auto ok = read_list(v, "manages", "ids or slugs", u.manages); !ok) return fail(ok.error());
    if (auto ok = read_list(v, "session_organizations", "ids or slugs", u.session_organizations); !ok)
        return fail(ok.error());
    if (auto ok = read_list(v, "roles", "texts", u.roles); !ok) return fail(ok.error());
    if (auto ok = read_list(v, "groups", "texts", u.groups); !ok) return fail(ok.error());
    return u;
}

result<organization> organization_from_json(const json::value& v) {
    if (auto ok = only_members(v, organization_members, "an organization"); !ok) return fail(ok.error());
    organization o;
    for (auto& [name, field] :
         {std::pair<std::string_view, std::string&>{"slug", o.slug}, {"id", o.id}, {"name", o.name}}) {
        if (auto ok = read_text(v, name, field); !ok) return fail(ok.error());
    }
    if (o.slug.empty()) return fail(errc::usage, "an organization needs a slug");
    if (auto ok = demand_subject(o.id, "id"); !ok) return fail(ok.error());
    if (const auto* enforced = v.find("sso_enforced")) {
        if (!enforced->as_boolean()) return fail(errc::usage, "member 'sso_enforced' must be true or false");
        o.sso_enforced = *enforced->as_boolean();
    }
    if (o.name.empty()) o.name = o.slug;
    return o;
}

json::object to_json(const user& u) {
    json::object out{
        {"sub", u.sub},
        {"username", u.username},
        {"name", u.name},
        {"email", u.email},
        {"organizations", json::array(u.organizations.begin(), u.organizations.end())},
        {"manages", json::array(u.manages.begin(), u.manages.end())},
        {"session_organizations", json::array(u.session_organizations.begin(), u.session_organizations.end())},
        {"phone_number", u.phone_number},
        {"address", u.address},
        {"roles", json::array(u.roles.begin(), u.roles.end())},
        {"groups", json::array(u.groups.begin(), u.groups.end())}};
    if (!u.claims.members.empty()) out.append("claims", u.claims);
    if (!u.password.empty()) out.append("password", u.password);
    return out;
}

json::object to_json(const organization& o) {
    return {{"id", o.id}, {"slug", o.slug}, {"name", o.name}, {"sso_enforced", o.sso_enforced}};
}

result<void> put(people& all, user u, const std::function<std::string()>& make_id) {
    if (auto ok = resolve(all, u.organizations); !ok) return ok;
    if (auto ok = resolve(all, u.manages); !ok) return ok;
    if (auto ok = resolve(all, u.session_organizations); !ok) return ok;
    for (const auto& id : u.manages) {
        if (std::find(u.organizations.begin(), u.organizations.end(), id) == u.organizations.end())
            return fail(errc::usage,
                        fmt::format("'{}' manages an organization without belonging to it; list it under "
                                    "'organizations', too",
                                    u.username));
    }
    const auto same = std::find_if(all.users.begin(), all.users.end(),
                                   [&](const user& other) { return other.username == u.username; });
    if (u.sub.empty()) u.sub = same != all.users.end() ? same->sub : make_id();
    for (auto other = all.users.begin(); other != all.users.end(); ++other) {
        if (other != same && other->sub == u.sub)
            return fail(errc::usage, fmt::format("sub '{}' is that of '{}'", u.sub, other->username));
    }
    if (same != all.users.end()) {
        *same = std::move(u);
    } else {
        all.users.push_back(std::move(u));
    }
    return {};
}

result<void> put(people& all, organization o, const std::function<std::string()>& make_id) {
    const auto same = std::find_if(all.organizations.begin(), all.organizations.end(),
                                   [&](const organization& other) { return other.slug == o.slug; });
    if (o.id.empty()) o.id = same != all.organizations.end() ? same->id : make_id();
    if (same != all.organizations.end()) {
        *same = std::move(o);
    } else {
        all.organizations.push_back(std::move(o));
    }
    return {};
}

result<void> remove_user(people& all, std::string_view username) {
    if (all.users.size() == 1) return fail(errc::environment, "this is the last user; an issuer needs one");
    std::erase_if(all.users, [&](const user& u) { return u.username == username; });
    return {};
}

void remove_organization(people& all, std::string_view slug) {
    const auto gone = std::find_if(all.organizations.begin(), all.organizations.end(),
                                   [&](const organization& o) { return o.slug == slug; });
    if (gone == all.organizations.end()) return;
    for (auto& u : all.users) {
        std::erase(u.organizations, gone->id);
        std::erase(u.manages, gone->id);
    }
    all.organizations.erase(gone);
}

}  // namespace assay::mock
