// The authorization endpoint: the page in the browser, Polar's JSON API behind it, and the consent form.
#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/endpoints/sign_in.hpp"
#include "mock_server/pages/pages.hpp"
#include "mock_server/protocol/authorization.hpp"
#include "mock_server/protocol/organizations.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/session.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/crypto.hpp"
#include "oauth/scope.hpp"

namespace assay::mock::endpoints {
namespace {

// assay_user, assay_organization and assay_consent: read, journalled and removed before anything is validated. Where
// any_user goes with sign_in: auto, login_hint is such a user.
struct scripted {
    std::string user;
    std::string organization;
    bool allow = true;
    std::optional<oauth::form> without{};  // the request without them, if it may have had them
};
scripted take_scripted(context& c) {
    scripted s;
    if (c.at->config().how != sign_in::by_request) return s;
    auto& p = s.without.emplace(c.in.query);
    for (const auto& field : p.fields) {
        if (field.first.starts_with("assay_")) c.assay.append(field.first, field.second);
    }
    s.user = std::string(p.value("assay_user"));
    s.organization = std::string(p.value("assay_organization"));
    s.allow = p.value("assay_consent") != "deny";
    std::erase_if(p.fields, [](const auto& field) { return field.first.starts_with("assay_"); });
    return s;
}

// Removes what would ask this user to sign in again for the same request.
void signed_in_for(const context& c, authorization_request& r) {
    r.prompt = without_prompt_login(c, r.prompt);
    if (r.max_age == 0) r.max_age.reset();
}

void choose_scripted(const context& c, const scripted& s, const user& who, authorization_request& r) {
    const auto* named = c.at->find_organization(s.organization);
    // Limits the token to organizations only where one is named or required.
    const bool limits = c.speaks().limits_organizations() && named != nullptr && r.organizations.empty();
    if (!must_choose_organization(c, r) && !limits) return;
    const auto offered = offered_organizations(c, who, r.session_organizations);
    if (named != nullptr) {
        choose_organization(c, r, named->id);
    } else if ((c.at->config().how == sign_in::automatic || !r.sub_type_sent) && !offered.empty()) {
        // The request names no organization but the page requires one: the scripted user takes the first.
        choose_organization(c, r, offered.front());
    }
}

std::string consent_action(const context& c, const oauth::form& p) {
    return c.at->url_of(endpoint_named("consent")) + "?" + oauth::format_form(p);
}

http::response show_consent(context& c, const authorization_request& r, const user& who, const oauth::form& p) {
    pages::consent_view v;
    v.asking = *r.who;
    v.who = who;
    v.scope = oauth::parse_scope(r.scope);
    if (must_choose_organization(c, r)) {
        v.organization_field = c.speaks().limits_organizations() ? "organizations" : "sub";
        v.organizations = offered_organizations(c, who, r.session_organizations);
    }
    v.action = consent_action(c, p);
    if (c.enforces(rule::consent_csrf_token)) v.csrf_token = c.at->csrf_token(session_id(c));
    return html_response(c, 200, pages::consent(*c.at, v));
}

// Copies what the request needs from the session that answers it.
void answer_by(authorization_request& r, std::string id, const session& s) {
    r.auth_time = s.auth_time;
    r.session = std::move(id);
    r.session_organizations = s.organizations;
}

http::response carry_out(context& c, decision d, authorization_request& r, const user* who, const scripted& s,
                         const oauth::form& p) {
    switch (d) {
        case decision::login_required:
            return decline(c, r, rule::authorize_login_required);
        case decision::consent_required:
            return decline(c, r, rule::authorize_consent_required);
        case decision::issue_code:
            return conclude(c, std::move(r), *who, s.allow);
        case decision::ask_consent:
            if (!scripted_user(c, s.user)) return show_consent(c, r, *who, p);
            choose_scripted(c, s, *who, r);
            return conclude(c, std::move(r), *who, s.allow);
        case decision::sign_in:
            break;
    }
    const auto comes = scripted_user(c, s.user);
    if (!comes) return show_sign_in(c, p, r.login_hint);
    signed_in_for(c, r);
    const auto session = start_session(c, *comes);
    answer_by(r, session, c.at->tokens.find_session(session).value_or(assay::mock::session{}));
    choose_scripted(c, s, *comes, r);
    const auto next = decide(c, r, comes.get());
    // A user who has just signed in and still does not match is not the requested one (OIDC Core §3.1.2.2).
    auto out = next == decision::sign_in ? decline(c, r, rule::authorize_login_required)
                                         : carry_out(c, next, r, comes.get(), s, p);
    keep_signed_in(c, session, out);
    return out;
}

json::value consent_subject(const context& c, const authorization_request& r, const user* who) {
    if (who == nullptr) return nullptr;
    if (c.speaks().limits_organizations() || r.sub_type != "organization")
        return json::object{{"id", who->sub}, {"email", who->email}, {"avatar_url", nullptr}};
    return r.sub.empty() ? json::value(nullptr) : json::value(json::object{{"id", r.sub}});
}

// The user of this browser's session; also sets when that user signed in.
std::shared_ptr<const user> signed_in(const context& c, authorization_request& r) {
    const auto s = current_session(c);
    if (!s) return nullptr;
    answer_by(r, session_id(c), *s);
    return c.at->find_user(s->username);
}

json::object scope_display_names(const dialect& d) {
    json::object out;
    for (const auto* scopes : {&d.scopes_supported, &d.reserved_scopes}) {
        for (const auto& one : *scopes) {
            if (const auto name = d.scope_display_names.find(one); name != d.scope_display_names.end())
                out.append(one, name->second);
        }
    }
    return out;
}

json::object consent_json(const context& c, const authorization_request& r, const user* who) {
    const auto member = [&](std::string_view name) {
        const auto* v = r.who->metadata.find(name);
        return v == nullptr ? json::value() : *v;
    };
    const bool limits = c.speaks().limits_organizations();
    json::object out{{"client", json::object{{"created_at", iso_8601(r.who->issued_at)},
                                             {"modified_at", nullptr},
                                             {"client_id", r.who->client_id},
                                             {"client_name", r.who->client_name},
                                             {"client_uri", member("client_uri")},
                                             {"logo_uri", member("logo_uri")},
                                             {"tos_uri", member("tos_uri")},
                                             {"policy_uri", member("policy_uri")}}},
                     {"sub_type", limits ? "user" : r.sub_type},
                     {"sub", consent_subject(c, r, who)}};
    json::array scopes;
    for (const auto& s : oauth::parse_scope(r.scope)) scopes.emplace_back(s);
    out.append("scopes", std::move(scopes));
    json::array organizations;
    if (who != nullptr) {
        for (const auto& id : offered_organizations(c, *who, r.session_organizations)) {
            const auto* o = c.at->find_organization(id);
            organizations.emplace_back(json::object{{"id", o->id}, {"slug", o->slug}, {"avatar_url", nullptr}});
        }
    }
    out.append("organizations", std::move(organizations));
    if (limits) out.append("requires_single_organization", r.sub_type == "organization");
    if (auto names = scope_display_names(c.speaks()); !names.members.empty())
        out.append("scope_display_names", std::move(names));
    return out;
}

oauth::form merged(const oauth::form& query, const oauth::form& body) {
    oauth::form out = query;
    for (const auto& field : body.fields) {
        if (query.find(field.first) == nullptr && field.first != "action" && field.first != "csrf_token") {
            out.append(field.first, field.second);
        }
    }
    return out;
}

}  // namespace

answer authorize(context& c) {
    const bool posted = c.in.request.method == "POST" && c.enforces(rule::authorize_post_accepted);
    if (!posted && c.in.request.method != "GET" && c.in.request.method != "HEAD") return no_such_route(c, 405);
    // OIDC Core §3.1.2.1: the parameters of a form replace those of the query.
    if (posted) {
        c.in.query = c.in.body;
        c.in.query_undecoded = c.in.body_undecoded;
    }
    auto s = take_scripted(c);
    const oauth::form& p = s.without ? *s.without : c.in.query;
    auto r = validate_authorization(c, p);
    if (!r) return authorization_error(c, r.error());
    if (c.at->config().how == sign_in::automatic && c.at->config().any_user) {
        if (const auto hinted = c.at->find_or_welcome(r->login_hint)) s.user = hinted->username;
    }
    auto who = signed_in(c, *r);
    if (who != nullptr && refers(p) && c.at->short_lived.forget(sign_in_note(*who, p))) signed_in_for(c, *r);
    // A user named in the request (assay_user) replaces the user of the session.
    const bool another = who != nullptr && !s.user.empty() && who->username != s.user;
    if (another && !oauth::has_scope(oauth::parse_scope(r->prompt), "none")) who = nullptr;
    return carry_out(c, decide(c, *r, who.get()), *r, who.get(), s, p);
}

answer authorize_api(context& c) {
    if (auto no = refuse_api_token(c)) return std::move(*no);
    auto r = validate_authorization(c, c.in.query);
    if (!r) return authorization_error(c, r.error());
    const auto who = signed_in(c, *r);
    switch (decide(c, *r, who.get())) {
        case decision::login_required:
            return decline(c, *r, rule::authorize_login_required);
        case decision::consent_required:
            return decline(c, *r, rule::authorize_consent_required);
        case decision::issue_code:
            return conclude(c, std::move(*r), *who, true);
        case decision::ask_consent:
            return json_response(200, consent_json(c, *r, who.get()));
        case decision::sign_in:
            break;
    }
    if (who == nullptr && r->prompt.empty() && !r->openid) return json_response(200, consent_json(c, *r, nullptr));
    return json_response(401, json::object{{"detail", "Unauthorized"}});
}

answer consent(context& c) {
    if (auto no = refuse_api_token(c)) return std::move(*no);
    const auto who = session_user(c);
    if (who == nullptr) {
        auto out = json_response(401, json::object{{"error", "Unauthorized"}, {"detail", "Unauthorized"}});
        out.head.append("WWW-Authenticate", fmt::format("Bearer realm=\"{}\"", c.speaks().www_authenticate_realm));
        return out;
    }
    const auto expected = c.at->csrf_token(session_id(c));
    if (auto no =
            c.demand(rule::consent_csrf_token, oauth::equal_constant_time(c.in.body.value("csrf_token"), expected),
                     "another csrf_token", "the session's csrf_token")) {
        return refusal_response(c, *no);
    }
    const auto action = c.in.body.value("action");
    if (action != "allow" && action != "deny") {
        json::object item{
            {"type", "enum"}, {"loc", json::array{"body", "action"}}, {"msg", "Input should be 'allow' or 'deny'"}};
        return json_response(
            422, json::object{{"error", "RequestValidationError"}, {"detail", json::array{std::move(item)}}});
    }
    auto r = validate_authorization(c, merged(c.in.query, c.in.body));
    if (!r) return authorization_error(c, r.error());
    (void)signed_in(c, *r);
    return conclude(c, std::move(*r), *who, action == "allow");
}

}  // namespace assay::mock::endpoints
