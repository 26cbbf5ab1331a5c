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

}  // namespace

const user* scripted_user(const context& c, const std::string& named) {
    if (c.at->config().how == sign_in::automatic) return &c.at->users().front();
    return named.empty() ? nullptr : c.at->find_user(named);
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

// The form is bound to this browser before anyone is signed in, by a cookie that is not yet the id of a session.
http::response show_sign_in(context& c, const oauth::form& return_to) {
    std::string session = session_id(c);
    const bool is_new = session.empty();
    if (is_new) session = c.at->make_token("session");
    auto out = html_response(c, 200,
                             pages::sign_in(*c.at, c.client_id,
                                            {c.at->base() + "/login", oauth::format_form(return_to),
                                             std::string(return_to.value("login_hint")), c.at->csrf_token(session)}));
    if (is_new) out.head.append("Set-Cookie", session_cookie(c, session));
    return out;
}

answer log_in(context& c) {
    if (auto no = demand_decoded(c)) {
        no->where = channel::page;
        return refusal_response(c, *no);
    }
    const auto* who = c.at->find_user(c.in.body.value("username"));
    const std::string return_to(c.in.body.value("return_to"));
    auto p = oauth::parse_form(return_to);
    if (c.in.request.method != "POST" || who == nullptr || !p)
        return no_such_route(c, c.in.request.method == "POST" ? 404 : 405);
    if (auto no = demand_own_form(c)) return refusal_response(c, *no);
    if (p->find("prompt") != nullptr) p->set("prompt", without_prompt_login(c, std::string(p->value("prompt"))));
    if (p->value("max_age") == "0") p->erase("max_age");
    if (refers(*p)) (void)c.at->short_lived.is_first(sign_in_note(*who, *p));
    const auto& back = is_of_device(c, *p) ? endpoint_named("device") : endpoint_named("authorize");
    auto out = redirect_response(c, c.at->url_of(back) + "?" + oauth::format_form(*p));
    out.status = 303;
    out.head.append("Set-Cookie", session_cookie(c, start_session(c, *who)));
    return out;
}

}  // namespace assay::mock::endpoints
