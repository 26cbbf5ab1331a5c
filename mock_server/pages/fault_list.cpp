#include "mock_server/pages/fault_list.hpp"

#include <fmt/format.h>

#include "data/json.hpp"
#include "mock_server/faults/fault.hpp"
#include "mock_server/pages/describe.hpp"
#include "mock_server/pages/layout.hpp"
#include "mock_server/pages/shell_lines.hpp"
#include "mock_server/rules/rules.hpp"

namespace assay::mock {
namespace {

using pages::code;
using pages::escape;

// The files of the vocabulary, in the order in which a client meets their endpoints.
constexpr std::pair<std::string_view, std::string_view> groups[] = {
    {"endpoints", "Metadata, UserInfo and other endpoints"},
    {"callback", "The redirect back to the client"},
    {"token", "The token response"},
    {"id_token", "The ID Token"},
    {"jwks", "The JWK Set"},
    {"refusal", "Refusals"},
    {"par", "Pushed authorization requests"},
    {"device", "Device authorization"},
    {"json", "JSON members of any answer"},
    {"body", "Bytes of any answer"},
    {"http", "Status, headers and framing of any answer"},
    {"tcp", "The connection"},
    {"tls", "Who answers there"},
};

std::string parameters_of(const fault& f) {
    std::string out;
    for (const auto& p : f.parameters.members)
        out += fmt::format("{}{}={}", out.empty() ? "" : ";", p.name, json::format(p.v));
    return out.empty() ? "" : "<br><small>" + code(out) + "</small>";
}

std::string row_of(const fault& f, const std::string& origin) {
    return fmt::format(
        "<tr id=\"{0}\"><th scope=\"row\"><a href=\"{1}/f/{0}/\">{0}</a>{2}</th><td>{3} <small>{4}</small><br>"
        "<small>A correct party: {5}</small>\n<details class=\"lines\"><summary>With curl</summary><pre>{6}</pre>"
        "</details></td></tr>\n",
        escape(f.name), escape(origin), parameters_of(f), escape(f.summary), escape(f.breaks),
        escape(f.correct_party), escape(shell_lines(f, origin + "/f/" + f.name)));
}

std::string group_of(std::string_view group, std::string_view title, const std::string& origin) {
    std::string rows;
    for (const auto& f : faults()) {
        if (f.group == group) rows += row_of(f, origin);
    }
    return rows.empty() ? "" : fmt::format("<h2 id=\"{}\">{}</h2>\n<table>\n{}</table>\n", group, title, rows);
}

std::string defects(const std::string& origin) {
    std::string rows;
    for (const auto& r : rules()) {
        rows += fmt::format(
            "<tr id=\"{0}\"><th scope=\"row\"><a href=\"{1}/f/defect:{0}/\">defect:{0}</a></th><td>Not enforced: {2} "
            "<small>{3}</small></td></tr>\n",
            escape(r.name), escape(origin), escape(r.summary), escape(r.clause));
    }
    return "<h2 id=\"defects\">Rules that are not enforced</h2>\n<table>\n" + rows + "</table>\n";
}

std::string contents() {
    std::string items;
    for (const auto& [group, title] : groups) items += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", group, title);
    return "<nav aria-label=\"Kinds of faults\"><ul>\n" + items +
           "<li><a href=\"#defects\">Rules that are not enforced</a></li>\n</ul></nav>\n";
}

std::string introduction(const std::string& origin) {
    const std::string base = escape(origin) + "/f/";
    return fmt::format(
        "<p>Give a client one of these URLs as its issuer and it meets that fault, in any language, with nothing "
        "else "
        "changed. The page behind a link begins a sign-in there.</p>\n<table>\n"
        "<tr><th scope=\"row\"><code>{0}id_token_aud_wrong</code></th><td>the fault, each time</td></tr>\n"
        "<tr><th scope=\"row\"><code>{0}http_status=503@jwks@2</code></th><td>a value; which endpoint; the second "
        "request only (also <code>@2-4 @2+ @once @after=2 @every=3 @client @code @client=ID @p=0.3 "
        "@seed=TEXT</code>)</td></tr>\n"
        "<tr><th scope=\"row\"><code>{0}tcp_delay=500~callback_extra</code></th><td>two at once</td></tr>\n"
        "<tr><th scope=\"row\"><code>{0}defect:token.code_single_use</code></th><td>a rule of the server switched "
        "off</td></tr>\n</table>\n<p>Programs get this list as JSON (<code>curl {0}</code>); <code>assay explain "
        "NAME</code> prints one. The lines for curl need an issuer that signs in by itself: <code>assay serve "
        "--dialect strict --sign-in auto</code>.</p>\n",
        base);
}

}  // namespace

http::response list_of_faults(const http::request& r, const std::string& origin) {
    if (pages::wants_html(r)) {
        std::string body = introduction(origin) + contents();
        for (const auto& [group, title] : groups) body += group_of(group, title, origin);
        body += defects(origin);
        return pages::html(pages::render({"Faults by URL", std::move(body), true}));
    }
    http::response out;
    out.head.append("Content-Type", "application/json");
    out.body = json::format(json::object{{"url", origin + "/f/{fault}[={value}][@{qualifier}][~{fault}…]"},
                                         {"faults", describe_faults(origin)},
                                         {"defects", describe_rules()}});
    return out;
}

}  // namespace assay::mock
