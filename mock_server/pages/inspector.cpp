#include "mock_server/pages/inspector.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "data/mask.hpp"
#include "mock_server/observe/diagnosis/diagnosis.hpp"
#include "mock_server/pages/layout.hpp"
#include "mock_server/pages/panels.hpp"
#include "mock_server/rules/rules.hpp"
#include "oauth/form_reading.hpp"

namespace assay::mock::pages {
namespace {

constexpr std::size_t steps_shown = 200;
constexpr std::size_t raw_max = 8000;

std::string masked(std::string text) {
    return mask{}.apply(std::move(text));
}

// True when the user's browser sends the request; otherwise the client does, or this issuer.
bool by_browser(const journal_entry& e) {
    return e.endpoint == "authorize" || e.endpoint == "consent" || e.endpoint == "sign_in" || e.endpoint == "logout";
}

std::string_view plural(std::size_t n) {
    return n == 1 ? "" : "s";
}

std::string arrow(std::string_view way, const std::string& html) {
    return fmt::format("<div class=\"arrow {}\"><span>{}</span></div>", way, html);
}

// The parameters that the redirect brings to the client: names only, and the value of an error.
std::string callback_of(const journal_entry& e) {
    const std::string_view location = e.response.head.value("location");
    const auto query = location.find('?');
    if (query == std::string_view::npos) return {};
    const auto told = oauth::read_form(location.substr(query + 1)).fields;
    if (told.find("code") == nullptr && told.find("error") == nullptr) return {};
    std::string names;
    for (const auto& [name, value] : told.fields) {
        names += names.empty() ? "" : " ";
        names += name == "error" ? fmt::format("<span class=\"no\">{}={}</span>", escape(name), escape(value))
                                 : escape(name);
    }
    return arrow("back-to-client", "callback " + names);
}

std::string lanes_of(const journal_entry& e) {
    const bool browser = by_browser(e);
    const auto& r = e.request;
    const bool answered = e.response.status != 0;
    const bool bad = !answered || e.response.status >= 400;
    std::string out = arrow(browser ? "browser-asks" : "client-asks",
                            fmt::format("<b>{}</b> {}", escape(r.method), code(masked(std::string(r.path())))));
    out += arrow(browser ? "browser-told" : "client-told",
                 fmt::format("<span class=\"{}\">{}</span> {}", bad ? "no" : "yes",
                             answered ? std::to_string(e.response.status) : "no answer",
                             escape(http::reason_phrase(e.response.status))));
    if (browser) out += callback_of(e);
    return out;
}

std::string tags_of(const journal_entry& e) {
    std::string out;
    if (e.refusal) out += fmt::format("<span class=\"tag bad\">refused: {}</span>", escape(e.refusal->error));
    for (const auto& f : e.faults) out += fmt::format("<span class=\"tag fault\">fault: {}</span>", escape(f));
    if (!e.leniencies.empty()) {
        out += fmt::format("<span class=\"tag note\">{} rule{} not enforced</span>", e.leniencies.size(),
                           plural(e.leniencies.size()));
    }
    return out;
}

std::string refusal_panel(const journal_entry& e) {
    std::string out;
    if (e.refusal) {
        const auto id = find_rule(e.refusal->rule);
        const std::string summary = id ? std::string(row(*id).summary) : e.refusal->rule;
        std::string rows = row_of("Rule", fmt::format("{} <small>{}, {}</small>", escape(summary),
                                                      escape(e.refusal->clause), escape(e.refusal->rule)));
        rows += row_of("Error", code(e.refusal->error));
        if (!e.refusal->expected.empty()) rows += row_of("Expected", code(masked(e.refusal->expected)));
        if (!e.refusal->got.empty()) rows += row_of("Got", code(masked(e.refusal->got)));
        out += "<section><h3>Why it was refused</h3><table>" + rows + "</table></section>\n";
    }
    for (const auto& m : diagnose(e)) {
        out += fmt::format("<section class=\"note\"><h3>{}</h3><p>{} <b>{}</b> <small>{}, {}</small></p></section>\n",
                           e.refusal ? "Most likely" : "Not safe, though it works here", escape(m.what),
                           escape(m.mend), escape(m.clause), escape(m.name));
    }
    return out;
}

std::string parameters_panel(const journal_entry& e) {
    const auto& r = e.request;
    const auto query = oauth::read_form(masked(std::string(r.query())), oauth::undecodable::kept).fields;
    const bool form = r.head.value("content-type").starts_with("application/x-www-form-urlencoded");
    const auto body = form ? oauth::read_form(masked(r.body), oauth::undecodable::kept).fields : oauth::form{};
    std::string rows;
    for (const auto* sent : {&query, &body}) {
        for (const auto& [name, value] : sent->fields) rows += row_of(name, code(value));
    }
    return rows.empty() ? rows : "<section><h3>Parameters</h3><table>" + rows + "</table></section>\n";
}

std::string lines_of(const http::headers& h, const std::string& body) {
    std::string out;
    for (const auto& one : h.list) out += one.name + ": " + one.value + "\n";
    out += "\n" + body;
    if (out.size() > raw_max) out = out.substr(0, raw_max) + "\n…";
    return out;
}

std::string raw_panel(const journal_entry& e) {
    const auto asked =
        fmt::format("{} {}\n{}", e.request.method, e.request.target, lines_of(e.request.head, e.request.body));
    const auto told = e.response.status == 0
                          ? std::string("no answer")
                          : fmt::format("{} {}\n{}", e.response.status, http::reason_phrase(e.response.status),
                                        lines_of(e.response.head, e.response.body));
    return fmt::format(
        "<section><h3>As it was sent <small>secrets masked</small></h3><div class=\"pair\"><pre>{}</pre><pre>{}</pre>"
        "</div></section>\n",
        escape(masked(asked)), escape(masked(told)));
}

std::string instant(std::int64_t at_ms) {
    return fmt::format("{:%T}.{:03}", fmt::gmtime(static_cast<std::time_t>(at_ms / 1000)), at_ms % 1000);
}

}  // namespace

std::string inspector_step(const issuer& i, const journal_entry& e) {
    const std::string kind = e.refusal || e.response.status >= 400 ? " class=\"refused\"" : "";
    const auto& who = e.client_id.empty() ? std::string() : " <small>" + escape(e.client_id) + "</small>";
    return fmt::format(
        "<li id=\"step-{0}\"{1}><details><summary><span class=\"step\">{0}<small>{2}</small></span><span "
        "class=\"name\">{3}{4}{5}</span><span class=\"lanes\">{6}</span></summary>\n<div "
        "class=\"panels\">{7}{8}{9}{10}{11}</div></details></li>",
        e.seq, kind, instant(e.at_ms), escape(e.endpoint), who, tags_of(e), lanes_of(e), refusal_panel(e),
        pkce_panel(i, e) + device_panel(i, e), token_panels(i, e), parameters_panel(e), raw_panel(e));
}

std::string inspector(const issuer& i) {
    const auto last = i.log.last();
    std::string steps;
    for (const auto& e : i.log.after(std::max<std::int64_t>(0, last - static_cast<std::int64_t>(steps_shown))))
        steps += inspector_step(i, e) + "\n";
    document d;
    d.title = "Inspector";
    d.wide = true;
    d.script_path = "inspector.js";
    d.body = fmt::format(
        "<p>Issuer {} <small>{}</small> · <a href=\"{}/\">About it</a></p>\n<p role=\"status\" id=\"live\" "
        "class=\"soft\">Without its script this page is a snapshot: reload it.</p>\n<div "
        "class=\"toolbar\"><label><input type=\"checkbox\" id=\"only-refused\"> Refused only</label><label><input "
        "type=\"checkbox\" id=\"follow\" checked> Follow</label><button class=\"quiet\" type=\"button\" "
        "id=\"clear\">Clear this view</button></div>\n<div class=\"heads\" "
        "aria-hidden=\"true\"><span>Browser</span><span>Client</span><span>Issuer</span></div>\n<ol class=\"flow\" "
        "id=\"steps\" data-last=\"{}\" aria-label=\"Requests, oldest first\">\n{}</ol>\n<p id=\"empty\" "
        "class=\"note\"{}>This issuer has received no request yet. Configure a client with {}.</p>\n",
        code(i.url()), escape(i.speaks().name), escape(i.url()), last, steps, steps.empty() ? "" : " hidden",
        code(i.url()));
    return render(d);
}

}  // namespace assay::mock::pages
