// The user at a client after the callback: looks at pages, makes it use tokens, signs out.
#include <fmt/format.h>

#include "harness/engine/client/client_browser.hpp"
#include "http/url.hpp"

namespace assay::harness {

std::vector<std::string> client_browser::cookies_of_client() const {
    const result<http::url> u = http::parse_url(adapter_.url());
    std::vector<std::string> names;
    for (const cookie& c : browser_.cookies().all()) {
        if (u && c.domain == u->host && !c.value.empty())
            names.push_back(c.name);  // an empty cookie is being deleted
    }
    return names;
}

step_outcome client_browser::look_at(const std::string& from, http::response page) {
    std::string url = from;
    for (int i = 0; i < redirects_max && page.status >= 300 && page.status <= 399; ++i) {
        const std::string* location = page.head.find("Location");
        const result<std::string> next = http::resolve_url(url, location == nullptr ? "" : *location);
        // A redirect to the server starts a new sign-in, so this one failed.
        if (!next || !is_clients(*next)) break;
        url = *next;
        tl::expected<http::response, step_outcome> answer = get(url);
        if (!answer) return answer.error();
        page = std::move(*answer);
    }
    const int ended_with = page.status;
    const success_rule& rule = adapter_.application()->success;
    if (!rule.at.empty() && url != adapter_.url() + rule.at) {
        tl::expected<http::response, step_outcome> answer = get(adapter_.url() + rule.at);
        if (!answer) return answer.error();
        page = std::move(*answer);
    }
    step_outcome seen = see_who(page);
    return seen.how == client_outcome::rejected && ended_with >= 500 ? server_error(ended_with) : seen;
}

step_outcome client_browser::see_who(const http::response& page) const {
    const success_rule& rule = adapter_.application()->success;
    const std::optional<std::string> missing = why_not_signed_in(rule, page, cookies_of_client());
    if (missing)
        return {client_outcome::rejected,
                json::object{{"outcome", "rejected"}, {"code", std::to_string(page.status)}, {"message", *missing}},
                {}};
    json::object report{{"outcome", "accepted"}};
    if (!rule.user.empty()) report.append("user", user_shown(rule, page));
    return {client_outcome::accepted, std::move(report), {}};
}

step_outcome client_browser::post(const std::string& step, const std::string& form) {
    navigation to;
    to.method = "POST";
    to.url = fmt::format("{}/rp/{}/{}", adapter_.url(), rp_.id, step);
    to.body = form;
    const tl::expected<http::response, step_outcome> answer = fetch(to);
    return answer ? judge(*answer) : answer.error();
}

step_outcome client_browser::open(const std::string& path) {
    const std::string url = adapter_.url() + path;
    const tl::expected<http::response, step_outcome> answer = get(url);
    return answer ? look_at(url, *answer) : answer.error();
}

step_outcome client_browser::look_as_before() {
    const cookie_jar own = browser_.cookies();
    browser_.cookies() = before_;
    step_outcome l = adapter_.application() == nullptr ? post("userinfo") : open(adapter_.application()->success.at);
    browser_.cookies() = own;
    return l;
}

step_outcome client_browser::log_out() {
    const application_spec* told = adapter_.application();
    navigation next;
    next.url =
        told == nullptr ? fmt::format("{}/rp/{}/logout", adapter_.url(), rp_.id) : adapter_.url() + told->logout.path;
    if (told == nullptr) next.method = "POST";
    const sign_in_start* form = told != nullptr && told->logout.by_form ? &told->logout : nullptr;
    for (int i = 0; i < redirects_max; ++i) {
        const tl::expected<http::response, step_outcome> answer = fetch(next);
        if (!answer) return answer.error();
        tl::expected<std::optional<navigation>, step_outcome> on = lead_on(*answer, next, form);
        if (!on) return on.error();
        if (*on) {
            next = std::move(**on);
        } else if (told == nullptr && is_clients(next.url)) {
            return judge(*answer);
        } else if (answer->status >= 500) {
            return server_error(answer->status);
        } else if (answer->status >= 400 && !is_clients(next.url)) {
            return {client_outcome::rejected,
                    json::object{{"outcome", "rejected"},
                                 {"code", std::to_string(answer->status)},
                                 {"message", "the sign-out ended at " + next.url.substr(0, next.url.find('?'))}},
                    {}};
        } else {
            return {client_outcome::accepted, json::object{{"outcome", "accepted"}}, {}};
        }
    }
    return {client_outcome::nonsense, {}, "the sign-out redirects more than ten times"};
}

}  // namespace assay::harness
