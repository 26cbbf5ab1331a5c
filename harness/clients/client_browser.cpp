#include "harness/clients/client_browser.hpp"

#include <fmt/format.h>

#include "harness/agent/html_form.hpp"
#include "http/url.hpp"
#include "oauth/form.hpp"

namespace assay::harness {
namespace {

using namespace std::chrono_literals;

constexpr int redirects_max = 10;

void append_head(std::string& text, const http::headers& head, const std::string& body) {
    for (const http::header& h : head.list) text += fmt::format("{}: {}\n", h.name, h.value);
    if (!body.empty()) text += "\n" + body;
}

http::client_options options_of(const adapter& a, std::chrono::milliseconds deadline) {
    http::client_options o;
    o.ca_file = a.ca_file();
    o.deadline = deadline;
    return o;
}

leg server_error(int status) {
    return {ending::server_error, {}, fmt::format("the client answered with status {}", status)};
}

std::string sign_in_query(const sign_in_spec& who) {
    if (who.nobody) return {};
    oauth::form query{{"assay_user", who.user}};
    for (const std::string& slug : who.organizations) query.append("assay_organization", slug);
    query.set("assay_consent", who.consent);
    return oauth::format_form(query);
}

}  // namespace

std::string_view ending_name(ending e) {
    switch (e) {
        case ending::accepted:
            return "accepted";
        case ending::rejected:
            return "rejected";
        case ending::no_callback:
            return "no callback";
        case ending::server_error:
            return "server error";
        case ending::crashed:
            return "crashed";
        case ending::hung:
            return "hung";
        case ending::nonsense:
            break;
    }
    return "no outcome";
}

std::string describe_ending(const leg& l) {
    std::string text(ending_name(l.how));
    if (!l.detail.empty()) text += ": " + l.detail;
    if (l.how == ending::rejected)
        text += fmt::format(" ({}: {})", l.report.string_at("code"), l.report.string_at("message"));
    return text;
}

std::string as_text(const http::request& r) {
    std::string text = fmt::format("{} {}\n", r.method, r.target);
    append_head(text, r.head, r.body);
    return text;
}

std::string as_text(const http::response& r) {
    std::string text = fmt::format("{} {}\n", r.status, r.reason.empty() ? http::reason_phrase(r.status) : r.reason);
    append_head(text, r.head, r.body);
    return text;
}

client_browser::client_browser(adapter& a, const rp_handle& rp, std::chrono::milliseconds deadline)
    : adapter_(a), rp_(rp), client_(options_of(a, deadline)) {}

leg client_browser::failed(const error& e) {
    // A process that dies closes its connection first; its end is there a moment later.
    if (adapter_.gone(e.code == errc::timeout ? 0ms : 1000ms)) {
        return {ending::crashed, {}, fmt::format("the client {}", adapter_.how_it_went())};
    }
    if (e.code == errc::timeout) return {ending::hung, {}, "the client did not answer in time"};
    return {ending::nonsense, {}, fmt::format("the client did not answer: {}", e.message)};
}

tl::expected<http::response, leg> client_browser::fetch(std::string method, const std::string& url,
                                                        std::string form) {
    const result<http::url> u = http::parse_url(url);
    if (!u) return tl::unexpected(leg{ending::nonsense, {}, u.error().text()});
    http::call c;
    c.origin = u->origin();
    c.r.method = std::move(method);
    c.r.target = u->target();
    c.r.head.set("Accept", "text/html,application/json");
    if (!form.empty()) c.r.head.set("Content-Type", "application/x-www-form-urlencoded");
    c.r.body = std::move(form);
    std::string cookies;
    for (const auto& [name, value] : cookies_[c.origin]) {
        cookies += fmt::format("{}{}={}", cookies.empty() ? "" : "; ", name, value);
    }
    if (!cookies.empty()) c.r.head.set("Cookie", cookies);
    const bool to_client = c.origin == adapter_.url();
    const result<http::exchange> x = client_.send(std::move(c));
    if (!x && !to_client) {
        return tl::unexpected(
            leg{ending::nonsense, {}, fmt::format("{} did not answer: {}", u->origin(), x.error().message)});
    }
    if (!x) return tl::unexpected(failed(x.error()));
    evidence_.push_back({step_, as_text(x->sent.r), as_text(x->received), x->time.count()});
    for (const std::string& line : x->received.head.all("Set-Cookie")) {
        const std::string pair = line.substr(0, line.find(';'));
        const std::size_t at = pair.find('=');
        if (at == std::string::npos) continue;
        cookies_[u->origin()][pair.substr(0, at)] = pair.substr(at + 1);
    }
    return x->received;
}

leg client_browser::judge(const http::response& r) {
    result<json::value> report = json::parse(r.body);
    const std::string_view outcome = report ? report->string_at("outcome") : std::string_view{};
    if (r.status == 200 && outcome == "accepted") return {ending::accepted, std::move(*report), {}};
    if (r.status == 400 && outcome == "rejected") return {ending::rejected, std::move(*report), {}};
    if (r.status >= 500) return server_error(r.status);
    return {ending::nonsense, {}, fmt::format("the client answered with status {} and no outcome", r.status)};
}

tl::expected<std::string, leg> client_browser::sign_in(std::string url, const sign_in_spec& who) {
    url = http::add_query(url, sign_in_query(who));
    for (int i = 0; i < redirects_max; ++i) {
        const tl::expected<http::response, leg> answer = fetch("GET", url);
        if (!answer) return tl::unexpected(answer.error());
        const std::string* location = answer->head.find("Location");
        const auto is_callback = [&](const std::string& at) { return at.starts_with(rp_.redirect_uri); };
        if (const auto form = form_posted_to(*answer, url, is_callback)) {
            posted_ = oauth::format_form(form->entries());
            return form->action;
        }
        if (answer->status < 300 || answer->status > 399 || location == nullptr) {
            return tl::unexpected(
                leg{ending::no_callback,
                    {},
                    fmt::format("the server answered the authorization request with status {} and no redirect to the "
                                "client",
                                answer->status)});
        }
        const result<std::string> next = http::resolve_url(url, *location);
        if (!next) return tl::unexpected(leg{ending::no_callback, {}, next.error().text()});
        if (next->starts_with(rp_.redirect_uri)) return *next;
        url = *next;
    }
    return tl::unexpected(leg{ending::no_callback, {}, "the server redirected more than ten times"});
}

void client_browser::start_only(const rp_handle& rp) {
    static_cast<void>(authorization_request(rp.sign_in_url));
}

// Where the sign-in leads to, by way of the client's own pages.
tl::expected<std::string, leg> client_browser::authorization_request(std::string url) {
    for (int i = 0; i < redirects_max; ++i) {
        const tl::expected<http::response, leg> answer = fetch("GET", url);
        if (!answer) return tl::unexpected(answer.error());
        const std::string* location = answer->head.find("Location");
        if (answer->status < 300 || answer->status > 399 || location == nullptr) {
            return tl::unexpected(adapter_.application() == nullptr ? judge(*answer) : look_at(url, *answer));
        }
        const result<std::string> next = http::resolve_url(url, *location);
        if (!next) return tl::unexpected(leg{ending::no_callback, {}, next.error().text()});
        if (!next->starts_with(adapter_.url() + "/")) return *next;
        url = *next;
    }
    return tl::unexpected(leg{ending::no_callback, {}, "the client redirected more than ten times"});
}

tl::expected<std::string, leg> client_browser::login(const sign_in_spec& who) {
    posted_.clear();
    const tl::expected<std::string, leg> request = authorization_request(rp_.sign_in_url);
    return request ? sign_in(*request, who) : tl::unexpected(request.error());
}

leg client_browser::deliver(const std::string& callback) {
    const tl::expected<http::response, leg> answer = fetch(posted_.empty() ? "GET" : "POST", callback, posted_);
    if (!answer) return answer.error();
    return adapter_.application() == nullptr ? judge(*answer) : look_at(callback, *answer);
}

leg client_browser::look_at(const std::string& from, http::response page) {
    std::string url = from;
    for (int i = 0; i < redirects_max && page.status >= 300 && page.status <= 399; ++i) {
        const std::string* location = page.head.find("Location");
        const result<std::string> next = http::resolve_url(url, location == nullptr ? "" : *location);
        // To the server once more: the sign-in begins anew, so this one came to nothing.
        if (!next || !next->starts_with(adapter_.url() + "/")) break;
        url = *next;
        tl::expected<http::response, leg> answer = fetch("GET", url);
        if (!answer) return answer.error();
        page = std::move(*answer);
    }
    const int ended_with = page.status;
    const success_rule& rule = adapter_.application()->success;
    if (!rule.at.empty()) {
        tl::expected<http::response, leg> answer = fetch("GET", adapter_.url() + rule.at);
        if (!answer) return answer.error();
        page = std::move(*answer);
    }
    std::vector<std::string> cookies;
    for (const auto& [name, value] : cookies_[adapter_.url()]) {
        if (!value.empty()) cookies.push_back(name);  // an empty one is on its way out
    }
    const std::optional<std::string> missing = why_not_signed_in(rule, page, cookies);
    if (!missing) return {ending::accepted, json::object{{"outcome", "accepted"}}, {}};
    if (ended_with >= 500) return server_error(ended_with);
    return {ending::rejected,
            json::object{{"outcome", "rejected"}, {"code", std::to_string(page.status)}, {"message", *missing}},
            {}};
}

leg client_browser::post(const std::string& step) {
    const tl::expected<http::response, leg> answer =
        fetch("POST", fmt::format("{}/rp/{}/{}", adapter_.url(), rp_.id, step));
    return answer ? judge(*answer) : answer.error();
}

std::vector<reports::evidence> client_browser::take_evidence() {
    return std::move(evidence_);
}

}  // namespace assay::harness
