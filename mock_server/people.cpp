#include "mock_server/people.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "mock_server/issuer_request.hpp"

namespace assay::mock {
namespace {

constexpr std::array<std::string_view, 5> user_members{"username", "sub", "name", "email", "organizations"};
constexpr std::array<std::string_view, 3> organization_members{"slug", "id", "name"};

result<void> read_text(const json::value& v, std::string_view name, std::string& out) {
    const auto* m = v.find(name);
    if (m == nullptr) return {};
    if (!m->is_string()) return fail(errc::usage, fmt::format("member '{}' must be a string", name));
    out = *m->as_string();
    return {};
}

}  // namespace

result<user> user_from_json(const json::value& v) {
    if (auto ok = only_members(v, user_members, "a user"); !ok) return fail(ok.error());
    user u;
    for (auto& [name, field] : {std::pair<std::string_view, std::string&>{"username", u.username},
                                {"sub", u.sub},
                                {"name", u.name},
                                {"email", u.email}}) {
        if (auto ok = read_text(v, name, field); !ok) return fail(ok.error());
    }
    if (u.username.empty()) return fail(errc::usage, "a user needs a username");
    const auto* list = v.find("organizations");
    if (list == nullptr) return u;
    if (!list->is_array()) return fail(errc::usage, "member 'organizations' must be an array of ids or slugs");
    for (const auto& one : *list->as_array()) {
        if (!one.is_string()) return fail(errc::usage, "member 'organizations' must be an array of ids or slugs");
        u.organizations.push_back(*one.as_string());
    }
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
    if (o.name.empty()) o.name = o.slug;
    return o;
}

json::object to_json(const user& u) {
    return {{"sub", u.sub},
            {"username", u.username},
            {"name", u.name},
            {"email", u.email},
            {"organizations", json::array(u.organizations.begin(), u.organizations.end())}};
}

json::object to_json(const organization& o) {
    return {{"id", o.id}, {"slug", o.slug}, {"name", o.name}};
}

result<void> put(people& all, user u, const std::function<std::string()>& make_id) {
    for (auto& id : u.organizations) {
        const auto there = std::find_if(all.organizations.begin(), all.organizations.end(),
                                        [&](const organization& o) { return o.id == id || o.slug == id; });
        if (there == all.organizations.end())
            return fail(errc::usage, fmt::format("there is no organization '{}'; make it first", id));
        id = there->id;
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
    if (all.users.size() == 1)
        return fail(errc::environment, "this is the last user; somebody must be able to sign in");
    std::erase_if(all.users, [&](const user& u) { return u.username == username; });
    return {};
}

void remove_organization(people& all, std::string_view slug) {
    const auto gone = std::find_if(all.organizations.begin(), all.organizations.end(),
                                   [&](const organization& o) { return o.slug == slug; });
    if (gone == all.organizations.end()) return;
    for (auto& u : all.users) std::erase(u.organizations, gone->id);
    all.organizations.erase(gone);
}

}  // namespace assay::mock
