// The browser at a server: follows redirects and fills in sign-in pages, until it returns to the client.
#include <algorithm>

#include <fmt/format.h>

#include "harness/browser/browser.hpp"
#include "harness/browser/navigation.hpp"
#include "harness/engine/server/server_run.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

constexpr int redirects_max = 10;

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// In checks the user is ada: the user of the server file. Servers that ask for no password (assay serve) accept any
// of the mock's users.
result<sign_in_choice> choice_of(const sign_in_spec& asked, const page_sign_in& pages) {
    sign_in_choice out;
    out.nobody = asked.nobody;
    out.user = pages.user;
    out.password = pages.password;
    out.organizations = asked.organizations;
    out.allow = asked.consent != "deny";
    out.fields = pages.fields;
    out.press = pages.press;
    if (asked.nobody || asked.user == "ada") return out;
    if (!pages.password.empty() || pages.user != "ada") {
        return fail(errc::unsupported, fmt::format("this server has no second person to sign in ('{}')", asked.user));
    }
    out.user = asked.user;
    // A named field with the user's name then holds the other person's.
    for (auto& [name, value] : out.fields) {
        if (value == pages.user) value = asked.user;
    }
    return out;
}

}  // namespace

std::string_view without_query(std::string_view url) {
    return url.substr(0, url.find_first_of("?#"));
}

void server_run::open_browser(bool afresh) {
    if (!browser_) browser_ = std::make_shared<browser>(client, at.pages.webdriver);
    if (afresh) browser_->start_afresh();
}

browser& server_run::user_agent() {
    open_browser(false);
    return *browser_;
}

// Whether a URL is the client's: not http or https (it cannot be fetched), or at the origin of a redirect URI.
bool server_run::is_clients(const std::string& url, const registered_client& who) const {
    const auto target = http::parse_url(url);
    if (!target || (target->scheme != "http" && target->scheme != "https")) return true;
    if (const auto sent = last.find("redirect_uri"); sent != last.end()) {
        if (without_query(sent->second) == without_query(url)) return true;
    }
    for (const std::string& uri : who.redirect_uris) {
        const auto own = http::parse_url(uri);
        if (own && own->origin() == target->origin()) return true;
    }
    return false;
}

void server_run::arrive(const std::string& location, const registered_client& who, const oauth::form& posted) {
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
void server_run::arrive_by_form(const http::response& page, const std::string& url, const registered_client& who) {
    const auto form =
        form_posted_to(page, url, [&](std::string_view place) { return is_clients(std::string(place), who); });
    if (form) arrive(form->action, who, form->entries());
}

// With by_request sign-in there is no page to fill in: follows redirects within the server, but not the one to the
// client.
result<void> server_run::follow_redirects(std::string url, std::string form, const registered_client& who) {
    const auto home = http::parse_url(at.issuer);
    for (int hop = 0; hop < redirects_max; ++hop) {
        http::headers head{{"Accept", "application/json"}};
        const bool posts = !form.empty();
        if (posts) head.append("Content-Type", "application/x-www-form-urlencoded");
        auto done = browser_->request(posts ? "POST" : "GET", url, std::move(head), std::move(form));
        if (!done) return fail(done.error());
        log.add(label, *done);
        now = observation_of(done->received);
        const std::string* location = done->received.head.find("location");
        if (!is_redirect(done->received.status) || location == nullptr) {
            arrive_by_form(done->received, url, who);
            return {};
        }
        const std::string next = http::resolve_url(url, *location).value_or(*location);
        const auto target = http::parse_url(next);
        if (is_clients(next, who) || !home || !target || target->origin() != home->origin()) {
            arrive(next, who);
            return {};
        }
        url = next;
        form.clear();
    }
    return fail(errc::limit, fmt::format("the server redirected {} times without an end", redirects_max));
}

std::optional<json::value> server_run::browser_cookie(std::string_view name) const {
    if (!browser_) return std::nullopt;
    const auto& all = browser_->cookies().all();
    const auto found = std::find_if(all.rbegin(), all.rend(), [&](const cookie& one) { return one.name == name; });
    return found == all.rend() ? std::nullopt : std::optional(json::value(found->value));
}

result<void> server_run::use_pages(const std::string& url, const std::string& form, const sign_in_spec& person,
                                   const registered_client& who, bool leaving) {
    auto choice = choice_of(person, at.pages);
    if (!choice) return fail(choice.error());
    choice->leaving = leaving;
    const auto arrived = [&](std::string_view place) { return is_clients(std::string(place), who); };
    auto j = browser_->visit(url, arrived, &*choice, form);
    for (const http::exchange& e : browser_->history()) log.add(label, e);
    if (!j) return fail(j.error());
    // If a real browser went to the client, the answer that sent it there is not known.
    now = j->last.sent.origin.empty() ? observation{} : observation_of(j->last.received);
    if (j->reached_client && !choice->allow && !j->could_refuse && j->final_url.find("code=") != std::string::npos) {
        return fail(errc::not_found,
                    "the server asked for no consent, so it could not be denied: it may remember an earlier one");
    }
    if (j->reached_client) {
        arrive(j->final_url, who, oauth::parse_form(j->posted).value_or(oauth::form{}));
        return {};
    }
    // Pages show a refusal as HTML; it is requested again as JSON, which checks can read.
    const bool refused_at_once =
        form.empty() && j->exchanges.size() == 1 && j->last.received.status >= 400 && !now.json;
    if (!refused_at_once) return {};
    auto again = browser_->request("GET", url, {{"Accept", "application/json"}});
    if (!again) return fail(again.error());
    log.add(label, *again);
    if (observation a = observation_of(again->received); a.json) now = std::move(a);
    return {};
}

}  // namespace assay::harness
