#include "mock_server/protocol/authorization.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/protocol/authorization_demands.hpp"
#include "mock_server/protocol/client_logout.hpp"
#include "mock_server/protocol/delivery.hpp"
#include "mock_server/protocol/openid_request.hpp"
#include "mock_server/protocol/organizations.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/request_object.hpp"
#include "mock_server/protocol/resource_indicators.hpp"
#include "mock_server/protocol/secure_transport.hpp"
#include "mock_server/request/refusals.hpp"
#include "mock_server/request/shape.hpp"
#include "oauth/form.hpp"
#include "oauth/pkce.hpp"

namespace assay::mock {
namespace {

bool is_known(std::string_view name) {
    constexpr std::array<std::string_view, 24> names{
        "response_type", "client_id", "redirect_uri", "scope",         "state",          "nonce",
        "prompt",        "display",   "max_age",      "ui_locales",    "login_hint",     "id_token_hint",
        "acr_values",    "claims",    "request",      "request_uri",   "resource",       "claims_locales",
        "dpop_jkt",      "sub_type",  "sub",          "organizations", "code_challenge", "code_challenge_method"};
    return std::find(names.begin(), names.end(), name) != names.end() || name == "response_mode";
}

void check_form(const oauth::form& p, demands& demand) {
    for (const auto& [name, value] : p.fields)
        demand.tolerate(rule::authorize_unknown_parameters_ignored, !is_known(name), name);
    const std::string_view first = p.fields.empty() ? std::string_view{} : p.fields.front().first;
    demand.tolerate(rule::authorize_parameters_in_any_order, first != "response_type", first);
}

void check_response_type(const oauth::form& p, demands& demand) {
    const auto type = p.value("response_type");
    demand(rule::authorize_response_type_present, !type.empty(), "no response_type", "response_type=code");
    demand(rule::authorize_response_type_supported, type.empty() || type == "code", type, "code");
}

void check_response_type_allowed(const authorization_request& r, demands& demand) {
    const auto& types = r.who->response_types;
    demand(rule::authorize_response_type_allowed, std::find(types.begin(), types.end(), "code") != types.end(),
           "code", "a registered response_type");
}

void check_scope(const context& c, const oauth::form& p, authorization_request& r, demands& demand) {
    const dialect& speaks = c.speaks();
    auto text = requested_scope(speaks, p.value("scope"));
    if (!speaks.user_scope_parameter.empty())
        text += requested_user_scope(speaks, p.value(speaks.user_scope_parameter));
    demand(rule::authorize_scope_present, !text.empty(), "no scope", "scope");
    const auto asked = oauth::parse_scope(text);
    demand(rule::authorize_scope_known, c.speaks().knows_scopes(asked), text, "known scopes");
    demand(rule::authorize_scope_allowed, oauth::is_subset(asked, oauth::parse_scope(r.who->scope)), text,
           r.who->scope);
    r.scope_sent = !text.empty();
    const bool kept = text.empty() && speaks.omitted_scope_keeps_granted;
    r.adds_scopes = kept || (!speaks.incremental_scopes.empty() && p.value(speaks.incremental_scopes) == "true");
    r.scope = text.empty() && !kept ? r.who->scope : text;
    // With the rule switched off the server expects openid first and loses the scopes before it.
    if (!c.enforces(rule::authorize_scope_in_any_order))
        r.scope.erase(0, std::min(r.scope.find("openid"), r.scope.size()));
    r.openid = oauth::has_scope(asked, "openid");
}

void check_pkce(const context& c, const oauth::form& p, authorization_request& r, demands& demand) {
    for (const auto& name : c.speaks().unique_parameters_redirected)
        demand.at_client(rule::authorize_parameters_not_repeated, p.all(name).size() < 2, name, "once");
    r.code_challenge = std::string(p.value("code_challenge"));
    const auto method = p.value("code_challenge_method");
    demand(rule::authorize_code_challenge_present, !r.code_challenge.empty() || method.empty(),
           "code_challenge_method without code_challenge", "code_challenge");
    demand(rule::authorize_code_challenge_well_formed,
           r.code_challenge.empty() || oauth::is_code_verifier(r.code_challenge), r.code_challenge,
           "43 to 128 of [A-Za-z0-9-._~]");
    demand(rule::authorize_code_challenge_method_known, method.empty() || method == "S256" || method == "plain",
           method, "S256 or plain");
    // RFC 7636 §4.3: without a method a challenge is plain.
    const auto omitted = c.enforces(rule::authorize_code_challenge_method_omitted) ? "plain" : "S256";
    r.code_challenge_method = r.code_challenge.empty() ? "" : method.empty() ? omitted : std::string(method);
    demand(rule::authorize_code_challenge_method_s256, r.code_challenge_method != "plain", "plain", "S256");
    demand(rule::authorize_pkce_for_public_clients, !r.who->is_public() || !r.code_challenge.empty(),
           "no code_challenge", "code_challenge");
    const bool nonce_guards = r.openid && !p.value("nonce").empty();
    demand(rule::authorize_pkce_or_nonce, r.who->is_public() || !r.code_challenge.empty() || nonce_guards,
           "neither code_challenge nor nonce", "code_challenge");
}

void check_subject(const context& c, const oauth::form& p, authorization_request& r, demands& demand) {
    if (!c.speaks().sub_types) return;
    const auto asked = p.value("sub_type");
    demand(rule::authorize_sub_type_known, asked.empty() || asked == "user" || asked == "organization", asked,
           "user or organization");
    r.sub_type_sent = !asked.empty();
    const auto& own = r.who->default_sub_type;
    const auto& otherwise = own.empty() ? c.speaks().default_sub_type : own;
    r.sub_type = asked.empty() ? otherwise : asked == "organization" ? "organization" : "user";
    if (c.speaks().limits_organizations()) {
        r.organizations = p.all("organizations");
        return;
    }
    r.sub = std::string(p.value("sub"));
    demand(rule::authorize_sub_for_organizations_only, r.sub.empty() || r.sub_type == "organization", r.sub,
           "no sub");
}

void check_resources(const context& c, const oauth::form& p, authorization_request& r, demands& demand) {
    if (c.at->resources().empty()) return;
    r.resources = p.all(c.speaks().resource_parameter);
    if (const auto bad = bad_resource(c, r.resources)) demand(bad->broken, false, bad->got, "a known resource");
}

// Whether the person consents to this client for the first time, and whether they are asked at all.
struct consent_given {
    bool first = false, asked = false;
};

consent_given consent_now(const context& c, const authorization_request& r, const user& who) {
    const auto before = c.at->tokens.consent(r.who->client_id, who.sub, consent_place(c, r));
    if (!before) return {true, true};
    const bool covered = oauth::is_subset(consented_scope(r), oauth::parse_scope(*before));
    return {false, !covered || oauth::has_scope(oauth::parse_scope(r.prompt), "consent")};
}

// Parameters that the dialect adds to a callback with a code.
void append_shaped(const context& c, const authorization_request& r, const subject& of, const consent_given& consent,
                   json::object& members) {
    const auto& shapes = c.speaks().answers;
    for (const auto* one : {&shapes.callback, &shapes.first_callback}) {
        if (one->is_null() || (one == &shapes.first_callback && !consent.first)) continue;
        const auto scope = oauth::parse_scope(r.scope);
        const auto more = shaped(c, *one, template_values(c, &of, r.who->client_id, scope));
        for (const auto& m : more.is_object() ? more.as_object()->members : std::vector<json::member>{})
            members.set(m.name, m.v);
    }
}

// What the code stands for. The redirect needs scope, redirect_uri and state as well.
code_grant grant_of(const context& c, authorization_request& r, const subject& of, const consent_given& consent) {
    code_grant g;
    g.refreshable = r.wants_refresh_token && (consent.asked || !c.speaks().refresh.at_consent_only);
    g.client_id = r.who->client_id;
    g.scope = r.scope;
    g.scope_sent = r.scope_sent;
    g.redirect_uri = r.redirect_uri;
    g.redirect_uri_sent = r.redirect_uri_sent;
    if (!r.nonce.empty()) g.nonce = std::move(r.nonce);
    g.code_challenge = std::move(r.code_challenge);
    g.code_challenge_method = std::move(r.code_challenge_method);
    g.of = of;
    g.created = c.now;
    g.lifetime = r.who->lifetimes.code.value_or(c.speaks().code_lifetime);
    g.auth_time = r.auth_time;
    if (hears_of_logouts(*r.who) && !r.session.empty()) {
        g.sid = c.at->sid(r.session);
        c.at->tokens.add_client(r.session, r.who->client_id);
    }
    if (!r.claims.is_null()) g.claims = std::make_shared<const json::value>(std::move(r.claims));
    g.family = c.at->make_family();
    g.bound = {std::move(r.dpop_jkt), {}, std::move(r.resources)};
    return g;
}

http::response deliver_code(context& c, authorization_request&& r, const subject& of, const consent_given& consent) {
    auto g = grant_of(c, r, of, consent);
    c.session = g.family;
    if (!r.request_uri.empty()) c.at->short_lived.use_request(r.request_uri);
    json::object members{{"code", c.at->make_token("code")}};
    if (r.returns_state && c.enforces(rule::authorize_state_returned)) members.append("state", r.state);
    if (c.enforces(rule::authorize_iss_returned)) members.append("iss", c.at->url());
    append_shaped(c, r, of, consent, members);
    const bool keeps_query = c.enforces(rule::authorize_redirect_uri_query_kept);
    const callback to{keeps_query ? r.redirect_uri : r.redirect_uri.substr(0, r.redirect_uri.find('?')), r.who,
                      c.enforces(rule::authorize_code_in_query), goes_by_form(c, r.response_mode)};
    auto [code, back] = call_back(c, to, members);
    if (!c.at->tokens.put_code(code, std::move(g)))
        return authorization_error(c, {no_room(c, "code"), r.redirect_uri, r.state, r.response_mode});
    if (c.in.request.method == "POST" && !c.enforces(rule::authorize_redirect_drops_form)) back.status = 307;
    return back;
}

// A request for more that keeps what was granted before, without claims that were requested individually.
void add_granted_scopes(const context& c, const user& who, authorization_request& r) {
    const auto before = c.at->tokens.consent(r.who->client_id, who.sub, consent_place(c, r));
    auto scope = oauth::parse_scope(r.scope);
    for (const auto& one : oauth::parse_scope(before.value_or(""))) {
        if (!one.starts_with("claim:") && !oauth::has_scope(scope, one)) scope.push_back(one);
    }
    r.scope = oauth::format_scope(scope);
}

// "access_type=offline"; empty: none is needed.
bool has_parameter(const oauth::form& p, std::string_view wanted) {
    const auto mark = wanted.find('=');
    return wanted.empty() ||
           (mark != std::string_view::npos && p.value(wanted.substr(0, mark)) == wanted.substr(mark + 1));
}

}  // namespace

tl::expected<authorization_request, authorization_refusal> validate_authorization(context& c,
                                                                                  const oauth::form& sent) {
    if (auto no = demand_secure_transport(c)) return tl::unexpected(authorization_refusal{std::move(*no), {}, {}});
    if (auto no = demand_identity_decoded(c)) return tl::unexpected(authorization_refusal{std::move(*no), {}, {}});
    authorization_request r;
    auto effective = effective_parameters(c, sent);
    if (!effective) return tl::unexpected(authorization_refusal{std::move(effective.error()), "", ""});
    const oauth::form& p = *effective ? **effective : sent;
    r.request_uri = std::string(sent.value("request_uri"));
    demands demand(c, r);
    r.state = std::string(p.value("state"));
    const bool counts_when_empty = !c.enforces(rule::authorize_empty_parameters_omitted);
    r.returns_state = !r.state.empty() || (counts_when_empty && p.find("state") != nullptr);
    constexpr std::size_t column = 255;
    if (!c.enforces(rule::authorize_state_whole)) r.state.resize(std::min(r.state.size(), column));
    if (c.speaks().openid_parameters) r.response_mode = std::string(p.value("response_mode"));
    if (c.speaks().response_type_first) {
        check_response_type(p, demand);
        if (demand.failed) demand.failed->redirect_uri = verified_redirect_uri(c, p);
    }
    if (!demand.failed && identify_client(c, p, r, demand)) {
        demand.take(demand_decoded(c));
        check_form(p, demand);
        if (!c.speaks().response_type_first) check_response_type(p, demand);
        check_response_type_allowed(r, demand);
        check_scope(c, p, r, demand);
        check_pkce(c, p, r, demand);
        r.nonce = std::string(p.value("nonce"));
        const bool fresh = r.nonce.empty() || !r.openid || !c.at->tokens.nonce_in_use(r.who->client_id, r.nonce);
        demand(rule::authorize_nonce_fresh, fresh, r.nonce, "a nonce no unredeemed code holds");
        check_subject(c, p, r, demand);
        check_resources(c, p, r, demand);
        r.dpop_jkt = std::string(p.value("dpop_jkt"));
        r.wants_refresh_token = has_parameter(p, c.speaks().refresh.parameter);
        r.login_hint = std::string(p.value("login_hint"));
        r.prompt = std::string(p.value("prompt"));
        r.prompt_sent = p.find("prompt") != nullptr;
        const bool alone =
            judges_less(c) || !oauth::has_scope(oauth::parse_scope(r.prompt), "none") || r.prompt == "none";
        demand(rule::authorize_prompt_well_formed, alone, r.prompt, "none alone");
        if (!demand.failed) demand.take(read_openid_parameters(c, p, r));
    }
    if (demand.failed) return tl::unexpected(std::move(*demand.failed));
    return r;
}

decision decide(const context& c, const authorization_request& r, const user* who) {
    const auto prompts = oauth::parse_scope(r.prompt);
    const bool signed_in = who != nullptr && fits_session(c, r, *who);
    if (!signed_in || (r.auth_time < c.now && !c.enforces(rule::authorize_session_used))) who = nullptr;
    const bool none = oauth::has_scope(prompts, "none");
    if (who == nullptr) {
        return none && c.enforces(rule::authorize_login_required) ? decision::login_required : decision::sign_in;
    }
    const auto remembered = c.at->tokens.consent(r.who->client_id, who->sub, consent_place(c, r));
    // RFC 6749 §10.2: a repeated request of a public client may come from another program.
    const bool unproven = r.who->is_public() && !r.redirect_uri.starts_with("https:") &&
                          c.enforces(rule::consent_asked_for_public_clients);
    const bool covered =
        remembered && !unproven && oauth::is_subset(consented_scope(r), oauth::parse_scope(*remembered));
    if (r.who->first_party) return decision::issue_code;
    if (none && !covered && c.enforces(rule::authorize_consent_required)) return decision::consent_required;
    const bool silent = !covered || c.enforces(rule::authorize_prompt_none_silent);
    if (none) return silent ? decision::issue_code : decision::ask_consent;
    const bool signs_in_again =
        oauth::has_scope(prompts, "login") && (r.openid || !c.speaks().prompt_login_needs_openid);
    const bool any_prompt_asks = c.speaks().prompt_select_account_asks_consent;
    const bool chooses_again = oauth::has_scope(prompts, "select_account") && !any_prompt_asks;
    if ((signs_in_again && c.enforces(rule::authorize_prompt_login_respected)) || chooses_again)
        return decision::sign_in;
    const bool asked_to = oauth::has_scope(prompts, "consent") || (any_prompt_asks && !prompts.empty()) ||
                          (r.prompt_sent && c.speaks().prompt_empty_counts);
    if ((asked_to && c.enforces(rule::authorize_prompt_consent_respected)) || !covered) return decision::ask_consent;
    return decision::issue_code;
}

http::response conclude(context& c, authorization_request&& r, const user& who, bool allow) {
    if (auto no = c.demand(rule::consent_denial_respected, allow)) {
        return authorization_error(c, {std::move(*no), r.redirect_uri, r.state, r.response_mode});
    }
    auto of = subject_of(c, r, who);
    if (!of) return authorization_error(c, {std::move(of.error()), "", r.state});
    const auto consent = consent_now(c, r, who);
    if (r.adds_scopes) add_granted_scopes(c, who, r);
    c.at->tokens.remember_consent(r.who->client_id, who.sub, consent_place(c, r),
                                  r.who->first_party ? r.who->scope : oauth::format_scope(consented_scope(r)));
    return deliver_code(c, std::move(r), *of, consent);
}

http::response authorization_error(context& c, const authorization_refusal& r) {
    if (!r.redirect_uri.empty()) return deliver_error(c, r);
    c.answers_at = hook::page;
    c.call = json::object{
        {"requested_redirect_uri", http::add_query(c.in.query.value("redirect_uri"), "error=invalid_request")},
        {"requested_client_id", c.in.query.value("client_id")}};
    auto why = r.why;
    why.where = channel::page;
    if (c.speaks().page_errors_carry_state && c.endpoint == "authorize") why.state = r.state;
    return refusal_response(c, why);
}

http::response decline(context& c, const authorization_request& r, rule why) {
    const rule_row& rr = row(why);
    c.refused = refusal_note{std::string(rr.name), std::string(rr.clause), std::string(rr.error), "", "prompt=none"};
    refusal no{why, rr.status, std::string(rr.error), "", rr.where, "", "prompt=none"};
    return authorization_error(c, {std::move(no), r.redirect_uri, r.state, r.response_mode});
}

}  // namespace assay::mock
