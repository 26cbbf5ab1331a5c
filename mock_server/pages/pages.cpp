#include "mock_server/pages/pages.hpp"

#include <fmt/format.h>

#include "oauth/form.hpp"
#include "oauth/pkce.hpp"

namespace assay::mock::pages {
namespace {

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--ink:#1a1c20;--soft:#5b6270;--paper:#fff;--back:#f3f4f7;--line:#d5d9e0;--act:#1d4ed8;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e9ebef;--soft:#a2a9b6;--paper:#1c1f26;--back:#121419;--line:#343a46;--act:#7aa2ff;--on:#10131a}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
main{max-width:34rem;margin:8vh auto;padding:2rem;background:var(--paper);border:1px solid var(--line);border-radius:12px}
h1{font-size:1.4rem;margin:0 0 1rem}p{margin:.5rem 0}small,.soft{color:var(--soft)}code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
fieldset{border:1px solid var(--line);border-radius:8px;margin:1rem 0;padding:.5rem 1rem}label{display:block;padding:.4rem 0}
button{font:inherit;padding:.6rem 1.2rem;border-radius:8px;border:1px solid var(--act);background:var(--act);color:var(--on);cursor:pointer;margin-right:.5rem}
button.quiet{background:transparent;color:var(--act)}button:focus-visible,input:focus-visible{outline:3px solid var(--act);outline-offset:2px}
dt{font-weight:600}dd{margin:0 0 .6rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--back);padding:.8rem;border-radius:8px}
)";

std::string page(std::string_view title, std::string_view body) {
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\"><title>{}</title><style>{}</style></head>\n"
        "<body><main>\n<h1>{}</h1>\n{}\n</main></body>\n</html>\n",
        escape(title), style, escape(title), body);
}

std::string hidden(std::string_view name, std::string_view value) {
    return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(value));
}

}  // namespace

std::string escape(std::string_view text) {
    std::string out;
    for (const char ch : text) {
        switch (ch) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += ch;
        }
    }
    return out;
}

std::string sign_in(const context& c, std::string_view action, std::string_view return_to,
                    std::string_view login_hint) {
    std::string choices;
    bool first = true;
    for (const auto& u : c.at->users()) {
        const bool preselected = login_hint.empty() ? first : login_hint == u.username || login_hint == u.email;
        choices += fmt::format(
            "<label><input type=\"radio\" name=\"username\" value=\"{}\"{} required> {} <small>{}</small></label>\n",
            escape(u.username), preselected ? " checked" : "", escape(u.name), escape(u.email));
        first = false;
    }
    return page("Sign in",
                fmt::format("<form method=\"post\" action=\"{}\">\n{}<fieldset><legend>Who are you?</legend>\n{}"
                            "</fieldset>\n<button type=\"submit\">Sign in</button>\n</form>",
                            escape(action), hidden("return_to", return_to), choices));
}

std::string consent(const context& c, const consent_view& v) {
    std::string scopes;
    for (const auto& s : v.scope) scopes += fmt::format("<li><code>{}</code></li>\n", escape(s));
    std::string organizations;
    if (v.organization) {
        for (const auto& id : v.who.organizations) {
            const auto* o = c.at->find_organization(id);
            organizations += fmt::format(
                "<label><input type=\"radio\" name=\"sub\" value=\"{}\" required> {} <small>{}</small></label>\n",
                escape(id), escape(o->name), escape(o->slug));
        }
        organizations = "<fieldset><legend>For which organization?</legend>\n" + organizations + "</fieldset>\n";
    }
    const auto& name = v.asking.client_name.empty() ? v.asking.client_id : v.asking.client_name;
    const std::string csrf = v.csrf_token.empty() ? "" : hidden("csrf_token", v.csrf_token);
    return page(
        fmt::format("{} asks for access", name),
        fmt::format(
            "<p>You are signed in as {} <small>{}</small>.</p>\n<p>It asks for:</p>\n<ul>\n{}</ul>\n"
            "<form method=\"post\" action=\"{}\">\n{}{}<button type=\"submit\" name=\"action\" value=\"allow\">Allow"
            "</button>\n<button class=\"quiet\" type=\"submit\" name=\"action\" "
            "value=\"deny\">Deny</button>\n</form>",
            escape(v.who.name), escape(v.who.email), scopes, escape(v.action), csrf, organizations));
}

std::string error(const context& c, const refusal& r) {
    const rule_row& rr = row(r.id);
    std::string hint;
    if (r.id == rule::authorize_redirect_uri_registered) {
        hint = fmt::format(
            "<p>To allow this redirect URI for a client of your own, start the mock with</p>\n<pre>assay serve "
            "--client "
            "{}:SECRET={}</pre>\n",
            escape(c.client_id), escape(r.got));
    }
    return page(
        "This sign-in request cannot go on",
        fmt::format(
            "<p>{}</p>\n<dl><dt>Error</dt><dd><code>{}</code></dd><dt>Rule</dt><dd>{} <small>({}, <code>{}</code>)"
            "</small></dd><dt>Sent</dt><dd><code>{}</code></dd><dt>Expected</dt><dd><code>{}</code></dd></dl>\n{}",
            escape(r.description.empty() ? r.error : r.description), escape(r.error), escape(rr.summary),
            escape(rr.clause), escape(rr.name), escape(r.got), escape(r.expected), hint));
}

std::string about(const issuer& i) {
    std::string clients;
    for (const auto& c : i.clients()) {
        clients += fmt::format("<dt><code>{}</code></dt><dd>{}{}</dd>\n", escape(c.client_id),
                               escape(c.token_endpoint_auth_method),
                               c.any_loopback_redirect_uri ? ", any loopback redirect_uri" : "");
    }
    return page(
        "Assay mock authorization server",
        fmt::format("<dl><dt>Issuer</dt><dd><code>{0}</code></dd><dt>Dialect</dt><dd>{1} <small>{2}</small></dd>"
                    "<dt>Metadata</dt><dd><a href=\"{0}/.well-known/openid-configuration\"><code>{0}/.well-known/"
                    "openid-configuration</code></a></dd></dl>\n<h2>Clients</h2>\n<dl>{3}</dl>",
                    escape(i.url()), escape(i.speaks().name), escape(i.speaks().title), clients));
}

}  // namespace assay::mock::pages
