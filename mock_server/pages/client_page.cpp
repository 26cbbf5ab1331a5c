#include "mock_server/pages/client_page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "data/json.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/pages/layout.hpp"
#include "mock_server/pages/panels.hpp"
#include "oauth/form_reading.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view root = "/client";

// Only the secrets of demo clients are published; those of others are typed in.
std::string option_of(const client& c) {
    const bool published = c.any_loopback_redirect_uri && c.has_secret();
    return fmt::format(
        "<option value=\"{0}\" data-method=\"{1}\" data-secret=\"{2}\" data-scope=\"{3}\">{0} ({1})</option>\n",
        pages::escape(c.client_id), pages::escape(c.token_endpoint_auth_method),
        published ? pages::escape(c.client_secret) : "", pages::escape(c.scope));
}

// What this page can do: no keys, no certificates.
bool is_usable(const client& c) {
    const auto& how = c.token_endpoint_auth_method;
    return c.may_use("authorization_code") &&
           (c.is_public() || how == "client_secret_basic" || how == "client_secret_post");
}

std::string resources_of(const issuer& at) {
    json::array out;
    for (const auto& r : at.speaks().resources) out.push_back(at.base() + r.path);
    return json::format(json::value(std::move(out)));
}

std::string form_of(const issuer& at) {
    std::string options;
    for (const auto& c : at.clients()) {
        if (is_usable(c)) options += option_of(c);
    }
    return fmt::format(
        "<form id=\"request\" data-issuer=\"{}\" data-metadata=\"{}\" data-resources=\"{}\" "
        "data-page=\"{}\" data-redirect-uri=\"{}\">\n"
        "<p><label>client_id <select name=\"client_id\">{}</select></label>\n"
        "<label>client_secret <input name=\"client_secret\" autocomplete=\"off\"></label>\n"
        "<label>scope <input name=\"scope\" size=\"40\"></label>\n"
        "<label>Further parameters <input name=\"further\" size=\"40\" "
        "placeholder=\"prompt=login&amp;login_hint=ada\"></label></p>\n"
        "<p><button>Sign in</button></p>\n</form>\n",
        pages::escape(at.url()), pages::escape(at.url_of(endpoint_named("metadata"))),
        pages::escape(resources_of(at)), pages::escape(client_page_url(at.base())),
        pages::escape(client_page_callback(at)), options);
}

std::string page_of(const issuer& at) {
    pages::document d;
    d.title = "Client";
    d.wide = true;
    d.script_path = "client.js";
    d.body = fmt::format(
        "<p>A client of issuer {} <small>{}</small> · <a href=\"{}/\">About it</a></p>\n"
        "<p class=\"soft\">It asks for a code with PKCE, state and nonce, and redeems it here in the browser. To use "
        "a "
        "client of your own, register this redirect_uri for it: {}</p>\n"
        "{}<div id=\"actions\" hidden></div>\n<div class=\"panels\" id=\"steps\" role=\"log\" "
        "aria-label=\"What happened\"></div>\n<noscript><p class=\"bad\">This page is a script.</p></noscript>\n",
        pages::code(at.url()), pages::escape(at.speaks().name), pages::escape(at.base()),
        pages::code(client_page_callback(at)), form_of(at));
    return pages::render(d);
}

http::response judged(const http::request& r, const issuer& at) {
    const auto sent = oauth::read_form(r.body).fields;
    const pages::token_recipient who{.client_id = std::string(sent.value("client_id")),
                                     .nonce = std::string(sent.value("nonce")),
                                     .access_token = std::string(sent.value("access_token")),
                                     .now = at.now()};
    return pages::html(pages::token_response_panels(at, sent.value("id_token"), who));
}

}  // namespace

bool is_client_page(std::string_view path) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

std::string client_page_url(std::string_view issuer_base) {
    return fmt::format("{}{}/", issuer_base, root);
}

std::string client_page_callback(const issuer& at) {
    return client_page_url(at.config().like ? at.config().like->base() : at.base());
}

http::plan client_page(const http::request& r, const issuer& at, std::string_view path) {
    const auto below = path.substr(root.size());
    if (below == "/tokens" && r.method == "POST") return http::reply(judged(r, at));
    if (r.method != "GET") return http::reply(pages::only_get("The client page is read with GET.\n"));
    if (below.empty()) return http::reply(pages::moved(client_page_url(at.base())));
    if (below == "/") return http::reply(pages::html(page_of(at), true));
    if (below == "/client.js") {
        return http::reply(
            pages::plain(200, std::string(pages::asset("client.js")), "text/javascript; charset=utf-8"));
    }
    return http::reply(
        pages::plain(404, "There is nothing here; the client page is at /client/ below the issuer.\n"));
}

}  // namespace assay::mock
