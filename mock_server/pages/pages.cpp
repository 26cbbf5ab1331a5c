#include "mock_server/pages/pages.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/observe/diagnosis/diagnosis.hpp"
#include "mock_server/pages/layout.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"

namespace assay::mock::pages {
namespace {

// Descriptions of scopes for dialects that have none; other scopes are shown by name only.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> scope_words{{
    {"openid", "know who you are"},
    {"profile", "see your name"},
    {"email", "see your e-mail address"},
    {"offline_access", "stay connected while you are away"},
    {"user:read", "see your account"},
}};

std::string scope_item(const dialect& speaks, const std::string& scope) {
    if (const auto own = speaks.scope_display_names.find(scope); own != speaks.scope_display_names.end())
        return fmt::format("<li>{} <small>{}</small></li>\n", code(scope), escape(own->second));
    const auto* words =
        std::find_if(scope_words.begin(), scope_words.end(), [&](const auto& one) { return one.first == scope; });
    const std::string beside = words == scope_words.end() ? "" : fmt::format(" <small>{}</small>", words->second);
    return fmt::format("<li>{}{}</li>\n", code(scope), beside);
}

std::string radio(std::string_view name, std::string_view value, bool checked, std::string_view label,
                  std::string_view beside, bool required = true) {
    return fmt::format(
        "<label><input type=\"radio\" name=\"{}\" value=\"{}\"{}{}> <span>{} "
        "<small>{}</small></span></label>\n",
        escape(name), escape(value), checked ? " checked" : "", required ? " required" : "", escape(label),
        escape(beside));
}

// Where any_user is on: a name in place of the users, and claims for it.
std::string any_name(const sign_in_view& v) {
    return fmt::format(
        "<fieldset><legend>Or anybody else</legend>\n<label>Name <input name=\"any_user\" value=\"{}\" "
        "maxlength=\"255\" autocomplete=\"off\" spellcheck=\"false\"></label>\n<label>Claims, as JSON <textarea "
        "name=\"claims\" rows=\"4\" maxlength=\"8192\" spellcheck=\"false\" "
        "placeholder='{{&quot;roles&quot;: [&quot;admin&quot;]}}'>\n{}</textarea></label>\n</fieldset>\n",
        escape(v.any_user.empty() ? v.login_hint : v.any_user), escape(v.claims));
}

const std::string& called(const user& who) {
    return who.name.empty() ? who.username : who.name;
}

// Client metadata is untrusted text: only http and https URLs become links or pictures.
std::string web_uri(const client& c, std::string_view member) {
    const std::string text(json::value(c.metadata).string_at(member));
    const auto url = http::parse_url(text);
    return url && (url->scheme == "https" || url->scheme == "http") ? text : "";
}

// RFC 7591 §2, OIDC Registration §2: logo_uri, policy_uri and tos_uri are shown to the user who consents.
std::string about_client(const client& c) {
    std::string out;
    if (const auto logo = web_uri(c, "logo_uri"); !logo.empty())
        out += fmt::format("<p><img src=\"{}\" alt=\"\" width=\"64\" height=\"64\"></p>\n", escape(logo));
    std::string links;
    for (const auto& [member, words] : {std::pair{"client_uri", "About the application"},
                                        {"policy_uri", "How it uses your data"},
                                        {"tos_uri", "Its terms of service"}}) {
        const auto uri = web_uri(c, member);
        if (uri.empty()) continue;
        links += fmt::format("{}<a href=\"{}\" rel=\"noopener noreferrer\" target=\"_blank\">{}</a>",
                             links.empty() ? "" : " · ", escape(uri), words);
    }
    return links.empty() ? out : out + "<p>" + links + "</p>\n";
}

// RFC 8628 §5.4: who is sent a link, by whomever, must see that it is about a device, and which one.
std::string about_device(const std::string& user_code) {
    if (user_code.empty()) return {};
    return fmt::format(
        "<p class=\"note\">Does a device in front of you show {}? If not, choose Deny: somebody else "
        "may have sent you here.</p>\n",
        code(user_code));
}

std::string organizations_of(const issuer& at, const consent_view& v) {
    std::string out;
    for (const auto& id : v.organizations) {
        if (const auto* o = at.find_organization(id)) out += radio(v.organization_field, id, false, o->name, o->slug);
    }
    if (out.empty()) out = "<p>You have no organization that you could choose.</p>\n";
    return "<fieldset><legend>For which organization?</legend>\n" + out + "</fieldset>\n";
}

}  // namespace

std::string sign_in(const issuer& at, const std::string& client_id, const sign_in_view& v) {
    const auto asking = at.find_client(client_id);
    const bool named = asking && !asking->client_name.empty();
    const auto is_hinted = [&](const user& u) { return v.login_hint == u.username || v.login_hint == u.email; };
    const auto& users = at.users();
    const bool is_stranger =
        at.config().any_user &&
        (!v.any_user.empty() || (!v.login_hint.empty() && std::none_of(users.begin(), users.end(), is_hinted)));
    std::string choices;
    bool first = true;
    for (const auto& u : users) {
        const bool preselected = !is_stranger && (v.login_hint.empty() ? first : is_hinted(u));
        choices += radio("username", u.username, preselected, called(u), u.email, !at.config().any_user);
        first = false;
    }
    const std::string problem =
        v.problem.empty()
            ? ""
            : fmt::format("<p class=\"bad\" role=\"alert\">Nobody is signed in: {}.</p>\n", escape(v.problem));
    return render(
        {"Sign in",
         fmt::format("<p>to go on to {}. This is a mock: there are no passwords.</p>\n{}"
                     "<form method=\"post\" action=\"{}\">\n{}{}<fieldset><legend>Who are you?</legend>\n{}"
                     "</fieldset>\n{}<button type=\"submit\">Sign in</button>\n</form>",
                     named ? "<strong>" + escape(asking->client_name) + "</strong>" : code(client_id), problem,
                     escape(v.action), hidden("return_to", v.return_to), hidden("csrf_token", v.csrf_token), choices,
                     at.config().any_user ? any_name(is_stranger ? v : sign_in_view{}) : "")});
}

std::string ask_user_code(const std::string& action) {
    return render({"Connect a device",
                   fmt::format("<p>Your device shows a code. Type it here.</p>\n"
                               "<form method=\"get\" action=\"{}\">\n<label>Code <input name=\"user_code\" "
                               "autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" required "
                               "autofocus></label>\n<button type=\"submit\">Go on</button>\n</form>",
                               escape(action))});
}

std::string device_decided(const client& asking, bool allowed) {
    const auto& name = asking.client_name.empty() ? asking.client_id : asking.client_name;
    return render({allowed ? "The device is connected" : "The device is refused",
                   fmt::format("<p>{} {}. You can close this page and go back to your device.</p>", escape(name),
                               allowed ? "has access now" : "gets no access")});
}

page consent(const issuer& at, const consent_view& v) {
    std::string scopes;
    for (const auto& s : v.scope) scopes += scope_item(at.speaks(), s);
    const auto& name = v.asking.client_name.empty() ? v.asking.client_id : v.asking.client_name;
    const auto logo = http::parse_url(web_uri(v.asking, "logo_uri"));
    return {
        render({fmt::format("{} asks for access", name),
                fmt::format(
                    "{}{}<p>You are signed in as {} <small>{}</small>.</p>\n<h2 id=\"scopes\">It asks for</h2>\n"
                    "<ul aria-labelledby=\"scopes\">\n{}</ul>\n<form method=\"post\" action=\"{}\">\n{}{}"
                    "<button type=\"submit\" name=\"action\" value=\"allow\">Allow</button>\n"
                    "<button class=\"quiet\" type=\"submit\" name=\"action\" value=\"deny\"{}>Deny</button>\n</form>",
                    about_client(v.asking), about_device(v.user_code), escape(called(v.who)), escape(v.who.email),
                    scopes, escape(v.action),
                    (v.csrf_token.empty() ? "" : hidden("csrf_token", v.csrf_token)) +
                        (v.user_code.empty() ? "" : hidden("user_code", v.user_code)),
                    v.organization_field.empty() ? "" : organizations_of(at, v),
                    // "Deny" works without choosing an organization.
                    v.organization_field.empty() ? "" : " formnovalidate")}),
        logo ? logo->origin() : ""};
}

std::string log_out(const user& who, const log_out_view& v) {
    std::string fields = hidden("csrf_token", v.csrf_token);
    for (const auto& [name, value] : {std::pair{"client_id", &v.client_id},
                                      {"post_logout_redirect_uri", &v.post_logout_redirect_uri},
                                      {"state", &v.state}}) {
        if (!value->empty()) fields += hidden(name, *value);
    }
    return render({"Sign out?", fmt::format("<p>You are signed in as {} <small>{}</small>.</p>\n"
                                            "<form method=\"post\" action=\"{}\">\n{}<button type=\"submit\" "
                                            "name=\"action\" value=\"log_out\">Sign out</button>\n</form>",
                                            escape(called(who)), escape(who.email), escape(v.action), fields)});
}

page logged_out(const std::vector<std::string>& frames, const std::string& next) {
    std::string body = next.empty() ? "<p>You can close this page.</p>"
                                    : fmt::format("<p><a href=\"{}\">Back to the application</a></p>", escape(next));
    std::string origins;
    for (const auto& frame : frames) {
        body +=
            fmt::format("\n<iframe hidden title=\"An application that you are signed out of\" src=\"{}\"></iframe>",
                        escape(frame));
        if (const auto url = http::parse_url(frame)) origins += " " + url->origin();
    }
    return {render({"You are signed out", body}), "", frames.empty() ? "" : "frame-src" + origins};
}

page form_post(const std::string& redirect_uri, const oauth::form& members) {
    static constexpr std::string_view script = "document.forms[0].submit()";
    static const std::string script_hash = oauth::base64_encode(oauth::sha256(script));
    std::string fields;
    for (const auto& [name, value] : members.fields) fields += hidden(name, value);
    // Works in browsers without JavaScript, too: they show the button.
    return {render({"Back to the application",
                    fmt::format(
                        "<form method=\"post\" action=\"{}\">\n{}<button type=\"submit\">Go on</button>\n</form>\n"
                        "<script>{}</script>",
                        escape(redirect_uri), fields, script)}),
            "", fmt::format("script-src 'sha256-{}'", script_hash)};
}

std::string error(const journal_entry& so_far, const refusal& r) {
    const rule_row& rr = row(r.id);
    std::string hint;
    for (const auto& m : diagnose(so_far)) {
        hint += fmt::format("<h2>Most likely</h2>\n<p class=\"note\">{} {} <small>({})</small></p>\n", escape(m.what),
                            escape(m.mend), escape(m.clause));
    }
    if (r.id == rule::authorize_redirect_uri_registered) {
        hint += fmt::format(
            "<p>To allow this redirect URI for a client of your own, start the mock with</p>\n<pre>assay serve "
            "--client {}:SECRET={}</pre>\n",
            escape(so_far.client_id), escape(r.got));
    }
    return render(
        {so_far.endpoint == "logout" ? "This sign-out request cannot continue"
                                     : "This sign-in request cannot continue",
         fmt::format("<p>{}</p>\n<dl><dt>Error</dt><dd>{}</dd><dt>Rule</dt><dd>{} <small>({}, {})</small></dd>"
                     "<dt>Sent</dt><dd>{}</dd><dt>Expected</dt><dd>{}</dd></dl>\n{}",
                     escape(r.description.empty() ? r.error : r.description), code(r.error), escape(rr.summary),
                     escape(rr.clause), code(rr.name), code(r.got), code(r.expected), hint)});
}

}  // namespace assay::mock::pages
