// Signing in on a server's own pages, as a person with a browser would.
#include <fmt/format.h>

#include "harness/browser/browser.hpp"
#include "harness/engine/server/flow.hpp"

namespace assay::harness {
namespace {

// Checks speak of ada, who is whoever the server's file lets sign in. Servers that ask for no password (assay serve)
// take any of the mock's people.
result<sign_in_choice> choice_of(const sign_in_spec& asked, const page_sign_in& pages) {
    sign_in_choice out;
    out.nobody = asked.nobody;
    out.user = pages.user;
    out.password = pages.password;
    out.organizations = asked.organizations;
    out.allow = asked.consent != "deny";
    out.fields = pages.fields;
    if (asked.nobody || asked.user == "ada") return out;
    if (!pages.password.empty() || pages.user != "ada") {
        return fail(errc::unsupported, fmt::format("this server has no second person to sign in ('{}')", asked.user));
    }
    out.user = asked.user;
    return out;
}

}  // namespace

// A cookie's value is a credential, and the mask knows the headers it travels in.
void flow::note(const http::exchange& e) {
    log.add(label, e);
}

result<void> flow::browse(const std::string& url, const std::string& form, const step& s,
                          const registered_client& who) {
    auto choice = choice_of(s.sign_in.value_or(sign_in_spec{}), at_.pages);
    if (!choice) return fail(choice.error());
    choice->leaving = s.what == verb::logout;
    const auto arrived = [&](std::string_view at) { return is_clients(std::string(at), who); };
    auto j = browser_->visit(url, arrived, &*choice, form);
    for (const http::exchange& e : browser_->history()) note(e);
    if (!j) return fail(j.error());
    // Where a real browser went to the client nobody saw the answer that sent it there.
    now = j->last.sent.origin.empty() ? answer{} : answer_of(j->last.received);
    if (j->reached_client && !choice->allow && !j->could_refuse && j->final_url.find("code=") != std::string::npos) {
        return fail(errc::not_found,
                    "the server asked for no consent, so it could not be denied: it may remember an earlier one");
    }
    if (j->reached_client) {
        arrive(j->final_url, who, oauth::parse_form(j->posted).value_or(oauth::form{}));
        return {};
    }
    // A refusal is shown to people; what it says to programs is what checks read.
    const bool refused_at_once =
        form.empty() && j->exchanges.size() == 1 && j->last.received.status >= 400 && !now.json;
    if (!refused_at_once) return {};
    auto again = browser_->request("GET", url, {{"Accept", "application/json"}});
    if (!again) return fail(again.error());
    note(*again);
    if (answer a = answer_of(again->received); a.json) now = std::move(a);
    return {};
}

}  // namespace assay::harness
