#include "harness/engine/client/client_browser.hpp"

#include <fmt/format.h>

#include "harness/browser/html_form.hpp"
#include "http/url.hpp"
#include "oauth/form.hpp"

namespace assay::harness {
namespace {

using namespace std::chrono_literals;

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
    : adapter_(a), rp_(rp), client_(options_of(a, deadline)), browser_(client_) {}

leg server_error(int status) {
    return {ending::server_error, {}, fmt::format("the client answered with status {}", status)};
}

leg client_browser::failed(const error& e) {
    // A process that dies closes its connection first; its end is there a moment later.
    if (adapter_.gone(e.code == errc::timeout ? 0ms : 1000ms)) {
        return {ending::crashed, {}, fmt::format("the client {}", adapter_.how_it_went())};
    }
    if (e.code == errc::timeout) return {ending::hung, {}, "the client did not answer in time"};
    return {ending::nonsense, {}, fmt::format("the client did not answer: {}", e.message)};
}

bool client_browser::is_clients(const std::string& url) const {
    return url.starts_with(adapter_.url() + "/");
}

tl::expected<http::response, leg> client_browser::fetch(const navigation& to) {
    const result<http::url> u = http::parse_url(to.url);
    if (!u) return tl::unexpected(leg{ending::nonsense, {}, u.error().text()});
    const result<http::exchange> x = browser_.request(to.method, to.url, head_of(to), to.body);
    if (!x && u->origin() != adapter_.url()) {
        return tl::unexpected(
            leg{ending::nonsense, {}, fmt::format("{} did not answer: {}", u->origin(), x.error().message)});
    }
    if (!x) return tl::unexpected(failed(x.error()));
    evidence_.push_back({step_, as_text(x->sent.r), as_text(x->received), x->time.count()});
    return x->received;
}

tl::expected<http::response, leg> client_browser::get(const std::string& url) {
    navigation to;
    to.url = url;
    return fetch(to);
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
        const tl::expected<http::response, leg> answer = get(url);
        if (!answer) return tl::unexpected(answer.error());
        const std::string* location = answer->head.find("Location");
        const auto is_callback = [&](std::string_view at) { return at.starts_with(rp_.redirect_uri); };
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
tl::expected<std::string, leg> client_browser::authorization_request(const std::string& from) {
    navigation next;
    next.url = from;
    const application_spec* told = adapter_.application();
    const sign_in_start* form = told != nullptr && told->sign_in.by_form ? &told->sign_in : nullptr;
    for (int i = 0; i < redirects_max; ++i) {
        const tl::expected<http::response, leg> answer = fetch(next);
        if (!answer) return tl::unexpected(answer.error());
        tl::expected<std::optional<navigation>, leg> on = lead_on(*answer, next, form);
        if (!on) return tl::unexpected(on.error());
        if (!*on) return tl::unexpected(told == nullptr ? judge(*answer) : look_at(next.url, *answer));
        next = std::move(**on);
        if (!is_clients(next.url)) return next.url;
    }
    return tl::unexpected(leg{ending::no_callback, {}, "the client redirected more than ten times"});
}

tl::expected<std::optional<navigation>, leg> client_browser::lead_on(const http::response& answer, navigation at,
                                                                     const sign_in_start*& form) const {
    if (redirects(answer)) {
        const result<std::string> to = http::resolve_url(at.url, *answer.head.find("Location"));
        if (!to) return tl::unexpected(leg{ending::no_callback, {}, to.error().text()});
        return redirected(std::move(at), answer.status, *to);
    }
    if (form == nullptr) return std::nullopt;
    if (answer.status >= 500) return tl::unexpected(server_error(answer.status));
    result<html_form> filled = form_to_begin_with(*std::exchange(form, nullptr), forms_of(answer, at.url));
    if (!filled) return tl::unexpected(leg{ending::nonsense, {}, filled.error().message});
    return submitted(*filled, at.url);
}

tl::expected<std::string, leg> client_browser::login_elsewhere(const sign_in_spec& who) {
    const cookie_jar own = browser_.cookies();
    browser_.start_afresh();
    tl::expected<std::string, leg> callback = login(who);
    browser_.cookies() = own;
    return callback;
}

tl::expected<std::string, leg> client_browser::login(const sign_in_spec& who) {
    posted_.clear();
    const tl::expected<std::string, leg> request = authorization_request(rp_.sign_in_url);
    before_ = browser_.cookies();
    return request ? sign_in(*request, who) : tl::unexpected(request.error());
}

leg client_browser::deliver(const std::string& callback) {
    navigation to;
    to.url = callback;
    to.body = posted_;
    if (!posted_.empty()) to.method = "POST";
    const tl::expected<http::response, leg> answer = fetch(to);
    if (!answer) return answer.error();
    return adapter_.application() == nullptr ? judge(*answer) : look_at(callback, *answer);
}

std::vector<reports::evidence> client_browser::take_evidence() {
    return std::move(evidence_);
}

}  // namespace assay::harness
