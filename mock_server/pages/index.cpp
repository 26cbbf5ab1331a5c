#include "mock_server/pages/index.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/pages/client_page.hpp"
#include "mock_server/pages/layout.hpp"
#include "mock_server/rules/rules.hpp"
#include "oauth/form.hpp"
#include "oauth/pkce.hpp"
#include "oauth/scope.hpp"

namespace assay::mock::pages {
namespace {

constexpr std::size_t issuers_shown = 50;

std::string link(const std::string& url) {
    return fmt::format("<a href=\"{}\">{}</a>", escape(url), code(url));
}

std::string table_row(std::string_view name, const std::string& html) {
    return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escape(name), html);
}

std::string endpoints_of(const issuer& i) {
    const dialect& d = i.speaks();
    std::string rows;
    for (const auto& row : endpoint_rows) {
        const auto path = path_of(row, d);
        if (row.title.empty() || path.empty()) continue;
        const auto url = i.base() + std::string(path);
        // A link where a browser can open the URL without parameters.
        rows += table_row(row.title, row.at == hook::metadata || row.at == hook::jwks ? link(url) : code(url));
    }
    for (const auto& r : d.resources) rows += table_row("resource", code(i.base() + r.path));
    return "<h2>Endpoints</h2>\n<table>\n" + rows + "</table>\n";
}

// The command that redeems the code of demo_link(). The client's secret is not shown.
std::string redeeming_command(const issuer& i, const client& c) {
    std::string who = fmt::format("-u {}:SECRET", c.client_id);
    if (c.is_public()) who = "-d client_id=" + c.client_id;
    if (c.token_endpoint_auth_method == "client_secret_post")
        who = fmt::format("-d client_id={} -d client_secret=SECRET", c.client_id);
    return fmt::format(
        "curl -s {} -d grant_type=authorization_code -d code=CODE -d code_verifier={} \\\n  --data-urlencode "
        "redirect_uri={} {}{}",
        who, demo_verifier, c.redirect_uris.front(), i.base(), path_of(endpoint_named("token"), i.speaks()));
}

std::string clients_of(const issuer& i) {
    const auto here = client_page_url(i.base());
    std::string out = "<h2>Clients</h2>\n";
    for (const auto& c : i.clients()) {
        if (c.redirect_uris.empty()) continue;
        const std::string about =
            fmt::format("<h3>{}</h3>\n<p>{}{}. ", code(c.client_id), code(c.token_endpoint_auth_method),
                        c.any_loopback_redirect_uri ? ", any loopback redirect_uri" : "");
        if (c.any_loopback_redirect_uri) {
            const std::string secret = c.has_secret() ? fmt::format(" client_secret {}.", code(c.client_secret)) : "";
            out += fmt::format("{}<a href=\"{}?{}#sign-in\">Sign in as {}</a>, here in the browser.{}</p>\n", about,
                               escape(here), escape(oauth::format_form({{"client_id", c.client_id}})),
                               escape(c.client_id), secret);
        } else {
            out += fmt::format(
                "{}<a href=\"{}\">Sign in as {}</a>, then redeem the code that comes back:</p>\n<pre>{}</pre>\n",
                about, escape(demo_link(i, c)), escape(c.client_id), escape(redeeming_command(i, c)));
        }
    }
    return out;
}

std::string people_of(const issuer& i) {
    std::string rows;
    for (const auto& u : i.users()) {
        std::string organizations;
        for (const auto& id : u.organizations) {
            if (const auto* o = i.find_organization(id))
                organizations += (organizations.empty() ? "" : ", ") + o->slug;
        }
        rows += table_row(u.username, fmt::format("{} <small>{}</small>", escape(u.email), escape(organizations)));
    }
    return "<h2>Users</h2>\n<p>No passwords: the sign-in page asks who you are.</p>\n<table>\n" + rows + "</table>\n";
}

std::string leniencies_of(const issuer& i) {
    std::string rows;
    for (const auto& r : rules()) {
        if (!i.speaks().enforces(r.id))
            rows += table_row(r.name, fmt::format("{} <small>{}</small>", escape(r.summary), escape(r.clause)));
    }
    if (rows.empty()) return "<h2>Leniencies</h2>\n<p>None: every rule is enforced.</p>\n";
    return "<h2>Leniencies</h2>\n<p>This dialect does not enforce these rules; it enforces all "
           "others.</p>\n<table>\n" +
           rows + "</table>\n";
}

std::string faults_of(const issuer& i) {
    std::string items;
    for (const auto& spec : i.faults()->specs())
        items += fmt::format("<li>{}</li>\n", code(spec.is_string() ? *spec.as_string() : json::format(spec)));
    if (items.empty()) return "<h2>Faults</h2>\n<p>None is on.</p>\n";
    return "<h2>Faults</h2>\n<p class=\"bad\">This issuer misbehaves on purpose:</p>\n<ul>\n" + items + "</ul>\n";
}

std::string more_faults(const index_view& v) {
    if (v.faults_url.empty()) return {};
    return fmt::format("<p>{} are issuers with one fault each: give a client one of these URLs as its issuer.</p>\n",
                       link(v.faults_url));
}

std::string others_of(const index_view& v) {
    if (v.others.empty()) return {};
    std::string rows;
    for (const auto& o : std::span(v.others).first(std::min(v.others.size(), issuers_shown))) {
        rows += table_row(o->config().name,
                          fmt::format("{} <small>{}</small>", link(o->base() + "/"), escape(o->speaks().name)));
    }
    if (v.others.size() > issuers_shown) rows += table_row("…", fmt::format("{} in all", v.others.size()));
    return "<h2>Other issuers here</h2>\n<table>\n" + rows + "</table>\n";
}

// Where a sign-in that begins here ends: at the client page, if the client has registered it.
std::string callback_of(const issuer& i, const client& c) {
    const auto& all = c.redirect_uris;
    const auto page = std::find(all.begin(), all.end(), client_page_callback(i));
    if (page != all.end()) return *page;
    return all.empty() ? "" : all.front();
}

}  // namespace

std::string demo_link(const issuer& i, const client& c) {
    auto scope = oauth::intersect({"openid", "email"}, oauth::parse_scope(c.scope));
    const oauth::form p{{"response_type", "code"},
                        {"client_id", c.client_id},
                        {"redirect_uri", callback_of(i, c)},
                        {"scope", oauth::format_scope(scope.empty() ? oauth::parse_scope(c.scope) : scope)},
                        {"state", "my-state"},
                        {"code_challenge", oauth::s256_challenge(demo_verifier)},
                        {"code_challenge_method", "S256"}};
    return i.url_of(endpoint_named("authorize")) + "?" + oauth::format_form(p);
}

std::string index(const issuer& i, const index_view& v) {
    const std::string inspector =
        v.inspector ? fmt::format(
                          "<p><a href=\"{}/inspector/\">Inspector</a>: what clients send here, live, and why it "
                          "was refused.</p>\n",
                          escape(i.base()))
                    : "";
    return render({"Assay mock authorization server",
                   fmt::format("<dl><dt>Issuer</dt><dd>{}</dd><dt>Dialect</dt><dd>{} <small>{}</small></dd></dl>\n{}",
                               code(i.url()), escape(i.speaks().name), escape(i.speaks().title), inspector) +
                       endpoints_of(i) + clients_of(i) + people_of(i) + faults_of(i) + more_faults(v) +
                       leniencies_of(i) + others_of(v),
                   true});
}

}  // namespace assay::mock::pages
