#include "mock_server/endpoints/sign_in.hpp"

#include <algorithm>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/pages/pages.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/session.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/crypto.hpp"
#include "oauth/scope.hpp"

namespace assay::mock::endpoints {
namespace {

// RFC 6819 §4.4.1.13: a page of another site must not sign a user in. Browsers send Origin or Sec-Fetch-Site with a
// form; a request without both is not from a browser, so CSRF does not apply.
std::optional<refusal> demand_own_form(context& c) {
    const auto& head = c.in.request.head;
    const bool by_browser = head.find("Origin") != nullptr || head.find("Sec-Fetch-Site") != nullptr;
    const auto session = session_id(c);
    const bool own =
        !session.empty() && oauth::equal_constant_time(c.in.body.value("csrf_token"), c.at->csrf_token(session));
    return c.demand(rule::consent_csrf_token, own || !by_browser, "another csrf_token", "the session's csrf_token");
}

// The form holds the code of a device and no authorization request.
bool is_of_device(const context& c, const oauth::form& p) {
    return p.find("user_code") != nullptr && p.find("response_type") == nullptr &&
           !path_of(endpoint_named("device"), c.speaks()).empty();
}

// The form is bound to this browser before anyone is signed in, by a cookie that is not yet the id of a session.
http::response show_form(context& c, int status, const oauth::form& return_to, pages::sign_in_view v) {
    std::string session = session_id(c);
    const bool is_new = session.empty();
    if (is_new) session = c.at->make_token("session");
    v.action = c.at->base() + "/login";
    v.return_to = oauth::format_form(return_to);
    v.csrf_token = c.at->csrf_token(session);
    auto out = html_response(c, status, pages::sign_in(*c.at, c.client_id, v));
    if (is_new) out.head.append("Set-Cookie", session_cookie(c, session));
    return out;
}

// The user who was chosen, or, where any_user allows it, whoever was typed. Errors: in words for the page.
result<std::shared_ptr<const user>> person_of_form(const context& c) {
    const auto& form = c.in.body;
    const auto claims = form.value("claims");
    const bool typed = !form.value("any_user").empty();
    if (typed && c.at->config().any_user) return c.at->welcome(form.value("any_user"), claims);
    if (claims.find_first_not_of(" \t\r\n") != std::string_view::npos)
        return fail(errc::usage, "claims belong to a name that is typed: type one, or leave the claims empty");
    auto chosen = c.at->find_user(form.value("username"));
    if (chosen) return chosen;
    return fail(errc::not_found, "choose a user, or type a name");
}

}  // namespace

std::shared_ptr<const user> scripted_user(const context& c, const std::string& named) {
    auto out = c.at->find_or_welcome(named);
    return !out && c.at->config().how == sign_in::automatic ? c.at->first_user() : std::move(out);
}

std::string without_prompt_login(const context& c, const std::string& prompt) {
    auto prompts = oauth::parse_scope(prompt);
    if (!c.speaks().prompt_select_account_asks_consent) {
        std::erase(prompts, "login");
        std::erase(prompts, "select_account");
    }
    for (auto& p : prompts) {
        if (p == "login" || p == "select_account") p = "consent";
    }
    return oauth::format_scope(prompts);
}

std::string sign_in_note(const user& who, const oauth::form& p) {
    return "signed in\n" + who.username + "\n" + oauth::format_form(p);
}

bool refers(const oauth::form& p) {
    return p.find("request_uri") != nullptr || p.find("request") != nullptr;
}

http::response show_sign_in(context& c, const oauth::form& return_to, const std::string& hint) {
    pages::sign_in_view v;
    v.login_hint = hint;
    return show_form(c, 200, return_to, std::move(v));
}

answer log_in(context& c) {
    if (auto no = demand_decoded(c)) {
        no->where = channel::page;
        return refusal_response(c, *no);
    }
    if (c.in.request.method != "POST") return no_such_route(c, 405);
    auto p = oauth::parse_form(std::string(c.in.body.value("return_to")));
    if (!p) return no_such_route(c, 404);
    if (auto no = demand_own_form(c)) return refusal_response(c, *no);
    const auto who = person_of_form(c);
    if (!who) {
        if (!c.at->config().any_user) return no_such_route(c, 404);
        c.client_id = std::string(p->value("client_id"));
        pages::sign_in_view again;
        again.any_user = std::string(c.in.body.value("any_user"));
        again.claims = std::string(c.in.body.value("claims"));
        again.problem = who.error().message;
        return show_form(c, 400, *p, std::move(again));
    }
    if (p->find("prompt") != nullptr) p->set("prompt", without_prompt_login(c, std::string(p->value("prompt"))));
    if (p->value("max_age") == "0") p->erase("max_age");
    if (refers(*p)) (void)c.at->short_lived.is_first(sign_in_note(**who, *p));
    const auto& back = is_of_device(c, *p) ? endpoint_named("device") : endpoint_named("authorize");
    auto out = redirect_response(c, c.at->url_of(back) + "?" + oauth::format_form(*p));
    out.status = 303;
    keep_signed_in(c, start_session(c, **who), out);
    return out;
}

}  // namespace assay::mock::endpoints
