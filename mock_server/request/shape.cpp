#include "mock_server/request/shape.hpp"

#include <algorithm>

#include "data/uuid.hpp"
#include "mock_server/dialects/claim_template.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock {
namespace {

std::string user_mark(const dialect& d) {
    return d.user_scope_parameter + "/";
}

std::string written_scope(const dialect& d, const oauth::scope_set& scope, bool of_user) {
    std::string out;
    const auto mark = user_mark(d);
    for (std::string_view one : scope) {
        const bool marked = !d.user_scope_parameter.empty() && one.starts_with(mark);
        if (marked != of_user) continue;
        if (marked) one.remove_prefix(mark.size());
        if (!out.empty()) out += d.scope_separators.front();
        out += one;
    }
    return out;
}

// The same number for the same person in every run, as positive as the numbers of providers that count their users.
std::int64_t number_of(std::string_view sub) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;  // FNV-1a
    for (const char one : sub) hash = (hash ^ static_cast<unsigned char>(one)) * 1'099'511'628'211U;
    return static_cast<std::int64_t>(10'000'000 + hash % 90'000'000);
}

void append_user(const user& who, json::object& out) {
    const auto space = who.name.find(' ');
    const auto at = who.email.find('@');
    out.append("user.username", who.username);
    out.append("user.sub", who.sub);
    out.append("user.number", number_of(who.sub));
    out.append("user.digits", std::to_string(number_of(who.sub)));
    const auto append = [&](const char* name, std::string_view text) {
        if (!text.empty()) out.append(name, text);
    };
    append("user.name", who.name);
    append("user.given_name", std::string_view(who.name).substr(0, space));
    append("user.family_name",
           space == std::string::npos ? std::string_view{} : std::string_view(who.name).substr(space + 1));
    append("user.email", who.email);
    append("user.email_domain",
           at == std::string::npos ? std::string_view{} : std::string_view(who.email).substr(at + 1));
    append("user.phone_number", who.phone_number);
    out.append("user.roles", json::array(who.roles.begin(), who.roles.end()));
    out.append("user.groups", json::array(who.groups.begin(), who.groups.end()));
}

}  // namespace

std::string requested_scope(const dialect& d, std::string_view text) {
    std::string out(text);
    std::replace_if(
        out.begin(), out.end(), [&](char ch) { return d.scope_separators.find(ch) != std::string::npos; }, ' ');
    return out;
}

std::string requested_user_scope(const dialect& d, std::string_view text) {
    std::string out;
    for (const auto& one : oauth::parse_scope(requested_scope(d, text))) out += " " + user_mark(d) + one;
    return out;
}

json::object template_values(const context& c, const subject* of, std::string_view client_id,
                             const oauth::scope_set& scope) {
    json::object out{{"issuer", c.at->url()},   {"base", c.at->base()},      {"now", c.now},
                     {"time", iso_8601(c.now)}, {"uuid", c.at->make_uuid()}, {"client_id", client_id}};
    out.append("scope", written_scope(c.speaks(), scope, false));
    out.append("scopes", json::array(scope.begin(), scope.end()));
    if (!c.speaks().user_scope_parameter.empty()) out.append("user_scope", written_scope(c.speaks(), scope, true));
    if (c.session) out.append("session", to_text(*c.session));
    const auto to = c.at->find_client(client_id);
    const json::array client_roles = to ? json::array(to->roles.begin(), to->roles.end()) : json::array{};
    if (to && !to->client_name.empty()) out.append("client.name", to->client_name);
    out.append("client.roles", client_roles);
    if (of == nullptr) return out;
    const auto who = of->sub_type == "user" ? c.at->find_user(of->sub) : nullptr;
    // Of whom the token is about: in a client's own token, of the client.
    out.append("roles", who ? json::array(who->roles.begin(), who->roles.end())
                            : (of->sub_type == "client" ? client_roles : json::array{}));
    if (who == nullptr) return out;
    append_user(*who, out);
    if (who->organizations.empty()) return out;
    if (const auto* o = c.at->find_organization(who->organizations.front())) {
        out.append("organization.id", o->id);
        out.append("organization.slug", o->slug);
        out.append("organization.name", o->name);
    }
    return out;
}

json::value shaped(const context& c, const json::value& wanted, const json::object& values) {
    return filled_answer(wanted, {values, &c.in.body});
}

void add_dialect_claims(const context& c, std::string_view place, const subject& of, std::string_view client_id,
                        const oauth::scope_set& scope, json::object& out) {
    const auto applies = [&](const auto& row) {
        const bool there = std::find(row.in.begin(), row.in.end(), place) != row.in.end();
        return there && (row.scope.empty() || oauth::has_scope(scope, row.scope));
    };
    const auto& rows = c.speaks().claims;
    if (std::none_of(rows.begin(), rows.end(), applies)) return;
    const auto values = template_values(c, &of, client_id, scope);
    for (const auto& row : rows) {
        if (!applies(row)) continue;
        for (const auto& m : row.claims.members) {
            auto filled = filled_claim(m.v, {values, &c.in.body});
            if (m.v.is_null()) {
                out.erase(m.name);
            } else if (filled) {
                out.set(m.name, std::move(*filled));
            }
        }
    }
}

bool answers_by_form(const context& c) {
    return c.speaks().form_answers && c.endpoint == "token" &&
           c.in.request.head.value("accept").find("json") == std::string_view::npos;
}

oauth::form as_form(const json::object& members) {
    oauth::form out;
    for (const auto& m : members.members) {
        if (!m.v.is_null()) out.append(m.name, m.v.is_string() ? *m.v.as_string() : json::format(m.v));
    }
    return out;
}

}  // namespace assay::mock
