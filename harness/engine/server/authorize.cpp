// From the authorization request to where the browser ends (RFC 6749 §4.1.1, §4.1.2).
#include <algorithm>

#include <fmt/format.h>

#include "harness/browser/browser.hpp"
#include "harness/browser/navigation.hpp"
#include "harness/engine/server/flow.hpp"
#include "http/url.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/pkce.hpp"
#include "oauth/scope.hpp"

namespace assay::harness {
namespace {

constexpr int redirects_max = 10;

std::string random_text() {
    return oauth::base64url_encode(oauth::random_bytes(16));
}

std::string_view without_query(std::string_view url) {
    return url.substr(0, url.find_first_of("?#"));
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

void remember(std::map<std::string, std::string>& last, const oauth::form& p, const std::string& name) {
    last.erase(name);
    if (const std::string* v = p.find(name)) last[name] = *v;
}

}  // namespace

void flow::add_pkce(oauth::form& p, const std::string& method) {
    if (method == "none") return;
    const std::string verifier = oauth::random_code_verifier();
    log.secret(verifier);
    last["code_verifier"] = verifier;
    p.append("code_challenge", method == "plain" ? verifier : oauth::s256_challenge(verifier));
    p.append("code_challenge_method", method);
}

// A check that is about refresh tokens asks for them as this server wants to be asked (OIDC Core §11).
void flow::ask_for_refresh_tokens(oauth::form& p) const {
    const bool refreshes = std::find(check_.needs.begin(), check_.needs.end(), "refresh") != check_.needs.end();
    if (!refreshes || !at_.offline_access) return;
    const std::string scope(p.value("scope"));
    if (oauth::has_scope(oauth::parse_scope(scope), "offline_access")) return;
    p.set("scope", scope.empty() ? "offline_access" : scope + " offline_access");
    if (p.find("prompt") == nullptr) p.append("prompt", "consent");
}

// To be asked again what was allowed before, a client says prompt=consent (OIDC Core §3.1.2.1).
void flow::ask_for_consent(const step& s, oauth::form& p) const {
    const bool denies = s.sign_in && s.sign_in->consent == "deny";
    if (denies && at_.asks_consent && p.find("prompt") == nullptr) p.append("prompt", "consent");
}

void flow::sign_in_by_request(oauth::form& p, const sign_in_spec& who) const {
    if (who.nobody) return;
    p.append("assay_user", who.user);
    for (const std::string& one : who.organizations) p.append("assay_organization", one);
    p.append("assay_consent", who.consent);
}

result<oauth::form> flow::authorize_parameters(const step& s, const registered_client& who) {
    const bool pushed = std::any_of(s.parameters.begin(), s.parameters.end(),
                                    [](const parameter& one) { return one.name == "request_uri" && !one.absent; });
    if (pushed && s.what == verb::authorize) {
        // RFC 9126 §4: nothing else is needed.
        oauth::form reference{{"client_id", who.client_id}};
        if (auto ok = apply(reference, s.parameters); !ok) return fail(ok.error());
        return reference;
    }
    oauth::form p{{"response_type", "code"}, {"client_id", who.client_id}};
    if (!who.redirect_uris.empty()) p.append("redirect_uri", who.redirect_uris.front());
    if (const std::string& scope = who.scope.empty() ? at_.default_scope : who.scope; !scope.empty())
        p.append("scope", scope);
    p.append("state", random_text());
    p.append("nonce", random_text());
    auto method = text(!s.pkce.empty() ? s.pkce : at_.can("pkce.S256") ? "S256" : "none");
    if (!method) return fail(method.error());
    last.erase("code_verifier");
    add_pkce(p, *method);
    const oauth::form plain = p;
    // Where a pushed request's client_secret goes is the authentication's to say.
    const auto& changes = s.request_object ? s.request_object->claims : s.parameters;
    if (auto ok = apply(p, changes, s.what == verb::par ? "client_secret" : ""); !ok) return fail(ok.error());
    ask_for_refresh_tokens(p);
    ask_for_consent(s, p);
    // A nonce is OpenID Connect's: without openid a server may refuse it.
    const bool asked_for_nonce = std::any_of(s.parameters.begin(), s.parameters.end(),
                                             [](const parameter& one) { return one.name == "nonce"; });
    if (!asked_for_nonce && !oauth::has_scope(oauth::parse_scope(p.value("scope")), "openid")) p.erase("nonce");
    for (const char* name : {"state", "nonce", "redirect_uri", "code_challenge"}) remember(last, p, name);
    if (s.request_object) return wrap_request(s, who, plain);
    if (!s.repeat_parameter.empty()) {
        auto name = text(s.repeat_parameter);
        if (!name) return fail(name.error());
        p.append(*name, std::string(p.value(*name)) + "-again");
    }
    return p;
}

// Whoever is not asked for by https or http cannot be fetched; neither is anything below a registered origin.
bool flow::is_clients(const std::string& url, const registered_client& who) const {
    const auto at = http::parse_url(url);
    if (!at || (at->scheme != "http" && at->scheme != "https")) return true;
    if (const auto sent = last.find("redirect_uri"); sent != last.end()) {
        if (without_query(sent->second) == without_query(url)) return true;
    }
    for (const std::string& uri : who.redirect_uris) {
        const auto own = http::parse_url(uri);
        if (own && own->origin() == at->origin()) return true;
    }
    return false;
}

void flow::arrive(const std::string& location, const registered_client& who, const oauth::form& posted) {
    now.redirected = true;
    now.form = posted;
    now.location = location;
    for (const std::string& uri : who.redirect_uris) {
        if (without_query(uri) == without_query(location)) now.at_client = true;
    }
    const std::size_t hash = location.find('#');
    const std::size_t mark = location.substr(0, hash).find('?');
    if (mark != std::string::npos) {
        const std::size_t end = hash == std::string::npos ? location.size() : hash;
        now.query = oauth::parse_form(location.substr(mark + 1, end - mark - 1)).value_or(oauth::form{});
    }
    if (hash != std::string::npos)
        now.fragment = oauth::parse_form(location.substr(hash + 1)).value_or(oauth::form{});
    const oauth::form& delivered = posted.fields.empty() ? now.query : posted;
    if (const std::string* code = delivered.find("code")) {
        last["code"] = *code;
        log.secret(*code);
    }
}

// OAuth 2.0 Form Post Response Mode §2: the page posts its one form to the client.
void flow::arrive_by_form(const http::response& page, const std::string& url, const registered_client& who) {
    const auto form =
        form_posted_to(page, url, [&](std::string_view at) { return is_clients(std::string(at), who); });
    if (form) arrive(form->action, who, form->entries());
}

// Where sign-in is by_request there is no page to fill in: redirects within the server are followed, the client's is
// not.
result<void> flow::walk(std::string url, std::string form, const registered_client& who) {
    const auto home = http::parse_url(at_.issuer);
    for (int hop = 0; hop < redirects_max; ++hop) {
        http::headers head{{"Accept", "application/json"}};
        const bool posts = !form.empty();
        if (posts) head.append("Content-Type", "application/x-www-form-urlencoded");
        auto done = browser_->request(posts ? "POST" : "GET", url, std::move(head), std::move(form));
        if (!done) return fail(done.error());
        note(*done);
        now = answer_of(done->received);
        const std::string* location = done->received.head.find("location");
        if (!is_redirect(done->received.status) || location == nullptr) {
            arrive_by_form(done->received, url, who);
            return {};
        }
        const std::string next = http::resolve_url(url, *location).value_or(*location);
        const auto at = http::parse_url(next);
        if (is_clients(next, who) || !home || !at || at->origin() != home->origin()) {
            arrive(next, who);
            return {};
        }
        url = next;
        form.clear();
    }
    return fail(errc::limit, fmt::format("the server redirected {} times without an end", redirects_max));
}

std::optional<json::value> flow::browser_cookie(std::string_view name) const {
    if (!browser_) return std::nullopt;
    const auto& all = browser_->cookies().all();
    const auto found = std::find_if(all.rbegin(), all.rend(), [&](const cookie& one) { return one.name == name; });
    return found == all.rend() ? std::nullopt : std::optional(json::value(found->value));
}

result<void> flow::authorize(const step& s) {
    auto who = client_for(s);
    if (!who) return fail(who.error());
    last_role_ = (*who)->role;
    last.erase("code");
    auto p = authorize_parameters(s, **who);
    if (!p) return fail(p.error());
    auto url = s.url.empty() ? endpoint("authorization_endpoint") : text(s.url);
    if (!url) return fail(url.error());
    auto session = text(s.session);
    if (!session) return fail(session.error());
    if (!browser_) browser_ = std::make_shared<browser>(client, at_.pages.webdriver);
    if (*session != "keep") browser_->start_afresh();
    now = answer{};
    if (!s.order.empty()) std::reverse(p->fields.begin(), p->fields.end());
    auto method = text(s.method);
    if (!method) return fail(method.error());
    const bool posts = *method == "POST";
    const auto start = [&] { return posts ? *url : http::add_query(*url, oauth::format_form(*p)); };
    const auto body = [&] { return posts ? oauth::format_form(*p) : std::string{}; };
    const bool pages = !at_.by_request || (s.sign_in && s.sign_in->by_page);
    if (pages && s.over.empty()) return browse(start(), body(), s, **who);
    sign_in_spec signs_in = s.sign_in.value_or(sign_in_spec{});
    auto user = text(signs_in.user);
    if (!user) return fail(user.error());
    signs_in.user = std::move(*user);
    if (at_.by_request) sign_in_by_request(*p, signs_in);
    if (!s.over.empty()) {
        // One request: where a redirect leads is over TLS again.
        auto once = address(step{}, {}, http::add_query(*url, oauth::format_form(*p)));
        return once ? exchange_over_http(std::move(*once)) : fail(once.error());
    }
    return walk(start(), body(), **who);
}

// OpenID Connect RP-Initiated Logout §2, in the browser that signed in.
result<void> flow::logout(const step& s) {
    auto who = client_for(s);
    if (!who) return fail(who.error());
    auto url = endpoint("end_session_endpoint");
    if (!url) return fail(url.error());
    oauth::form p;
    if (const auto token = last.find("id_token"); token != last.end()) p.append("id_token_hint", token->second);
    p.append("state", random_text());
    if (auto ok = apply(p, s.parameters); !ok) return fail(ok.error());
    remember(last, p, "state");
    now = answer{};
    if (!browser_) browser_ = std::make_shared<browser>(client, at_.pages.webdriver);
    const std::string target = http::add_query(*url, oauth::format_form(p));
    const std::string back(p.value("post_logout_redirect_uri"));
    // Nobody serves the client's pages: there, too, the way of the browser ends.
    registered_client comes_back = **who;
    if (!back.empty()) comes_back.redirect_uris.push_back(back);
    auto walked = at_.by_request ? walk(target, {}, comes_back) : browse(target, {}, s, comes_back);
    now.at_client = now.redirected && !back.empty() && without_query(now.location) == without_query(back);
    return walked;
}

}  // namespace assay::harness
