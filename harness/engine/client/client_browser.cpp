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

std::string_view outcome_name(client_outcome e) {
    switch (e) {
        case client_outcome::accepted:
            return "accepted";
        case client_outcome::rejected:
            return "rejected";
        case client_outcome::no_callback:
            return "no callback";
        case client_outcome::server_error:
            return "server error";
        case client_outcome::crashed:
            return "crashed";
        case client_outcome::hung:
            return "hung";
        case client_outcome::nonsense:
            break;
    }
    return "no outcome";
}

std::string describe_outcome(const step_outcome& l) {
    std::string text(outcome_name(l.how));
    if (!l.detail.empty()) text += ": " + l.detail;
    if (l.how == client_outcome::rejected)
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

step_outcome server_error(int status) {
    return {client_outcome::server_error, {}, fmt::format("the client answered with status {}", status)};
}

step_outcome client_browser::failed(const error& e) {
    // A process that crashes closes its connection first and ends a moment later.
    if (adapter_.gone(e.code == errc::timeout ? 0ms : 1000ms)) {
        return {client_outcome::crashed, {}, fmt::format("the client {}", adapter_.how_it_went())};
    }
    if (e.code == errc::timeout) return {client_outcome::hung, {}, "the client did not answer in time"};
    return {client_outcome::nonsense, {}, fmt::format("the client did not answer: {}", e.message)};
}

bool client_browser::is_clients(const std::string& url) const {
    return url.starts_with(adapter_.url() + "/");
}

tl::expected<http::response, step_outcome> client_browser::fetch(const navigation& to) {
    const result<http::url> u = http::parse_url(to.url);
    if (!u) return tl::unexpected(step_outcome{client_outcome::nonsense, {}, u.error().text()});
    const result<http::exchange> x = browser_.request(to.method, to.url, head_of(to), to.body);
    if (!x && u->origin() != adapter_.url()) {
        return tl::unexpected(step_outcome{
            client_outcome::nonsense, {}, fmt::format("{} did not answer: {}", u->origin(), x.error().message)});
    }
    if (!x) return tl::unexpected(failed(x.error()));
    evidence_.push_back({step_, as_text(x->sent.r), as_text(x->received), x->time.count()});
    return x->received;
}

tl::expected<http::response, step_outcome> client_browser::get(const std::string& url) {
    navigation to;
    to.url = url;
    return fetch(to);
}

step_outcome client_browser::judge(const http::response& r) {
    result<json::value> report = json::parse(r.body);
    const std::string_view outcome = report ? report->string_at("outcome") : std::string_view{};
    if (r.status == 200 && outcome == "accepted") return {client_outcome::accepted, std::move(*report), {}};
    if (r.status == 400 && outcome == "rejected") return {client_outcome::rejected, std::move(*report), {}};
    if (r.status >= 500) return server_error(r.status);
    return {client_outcome::nonsense, {}, fmt::format("the client answered with status {} and no outcome", r.status)};
}

tl::expected<std::string, step_outcome> client_browser::sign_in(std::string url, const sign_in_spec& who) {
    url = http::add_query(url, sign_in_query(who));
    for (int i = 0; i < redirects_max; ++i) {
        const tl::expected<http::response, step_outcome> answer = get(url);
        if (!answer) return tl::unexpected(answer.error());
        const std::string* location = answer->head.find("Location");
        const auto is_callback = [&](std::string_view at) { return at.starts_with(rp_.redirect_uri); };
        if (const auto form = form_posted_to(*answer, url, is_callback)) {
            posted_ = oauth::format_form(form->entries());
            return form->action;
        }
        if (answer->status < 300 || answer->status > 399 || location == nullptr) {
            return tl::unexpected(step_outcome{
                client_outcome::no_callback,
                {},
                fmt::format("the server answered the authorization request with status {} and no redirect to the "
                            "client",
                            answer->status)});
        }
        const result<std::string> next = http::resolve_url(url, *location);
        if (!next) return tl::unexpected(step_outcome{client_outcome::no_callback, {}, next.error().text()});
        if (next->starts_with(rp_.redirect_uri)) return *next;
        url = *next;
    }
    return tl::unexpected(step_outcome{client_outcome::no_callback, {}, "the server redirected more than ten times"});
}

void client_browser::start_only(const rp_handle& rp) {
    static_cast<void>(authorization_request(rp.sign_in_url));
}

// The URL of the authorization request, reached through the client's own pages.
tl::expected<std::string, step_outcome> client_browser::authorization_request(const std::string& from) {
    navigation next;
    next.url = from;
    const application_spec* told = adapter_.application();
    const sign_in_start* form = told != nullptr && told->sign_in.by_form ? &told->sign_in : nullptr;
    for (int i = 0; i < redirects_max; ++i) {
        const tl::expected<http::response, step_outcome> answer = fetch(next);
        if (!answer) return tl::unexpected(answer.error());
        tl::expected<std::optional<navigation>, step_outcome> on = lead_on(*answer, next, form);
        if (!on) return tl::unexpected(on.error());
        if (!*on) return tl::unexpected(told == nullptr ? judge(*answer) : look_at(next.url, *answer));
        next = std::move(**on);
        if (!is_clients(next.url)) return next.url;
    }
    return tl::unexpected(step_outcome{client_outcome::no_callback, {}, "the client redirected more than ten times"});
}

tl::expected<std::optional<navigation>, step_outcome> client_browser::lead_on(const http::response& answer,
                                                                              navigation at,
                                                                              const sign_in_start*& form) const {
    if (redirects(answer)) {
        const result<std::string> to = http::resolve_url(at.url, *answer.head.find("Location"));
        if (!to) return tl::unexpected(step_outcome{client_outcome::no_callback, {}, to.error().text()});
        return redirected(std::move(at), answer.status, *to);
    }
    if (form == nullptr) return std::nullopt;
    if (answer.status >= 500) return tl::unexpected(server_error(answer.status));
    result<html_form> filled = form_to_begin_with(*std::exchange(form, nullptr), forms_of(answer, at.url));
    if (!filled) return tl::unexpected(step_outcome{client_outcome::nonsense, {}, filled.error().message});
    return submitted(*filled, at.url);
}

tl::expected<std::string, step_outcome> client_browser::login_elsewhere(const sign_in_spec& who) {
    const cookie_jar own = browser_.cookies();
    browser_.start_afresh();
    tl::expected<std::string, step_outcome> callback = login(who);
    browser_.cookies() = own;
    return callback;
}

tl::expected<std::string, step_outcome> client_browser::login(const sign_in_spec& who) {
    posted_.clear();
    const tl::expected<std::string, step_outcome> request = authorization_request(rp_.sign_in_url);
    before_ = browser_.cookies();
    return request ? sign_in(*request, who) : tl::unexpected(request.error());
}

step_outcome client_browser::deliver(const std::string& callback) {
    navigation to;
    to.url = callback;
    to.body = posted_;
    if (!posted_.empty()) to.method = "POST";
    const tl::expected<http::response, step_outcome> answer = fetch(to);
    if (!answer) return answer.error();
    return adapter_.application() == nullptr ? judge(*answer) : look_at(callback, *answer);
}

std::vector<reports::evidence> client_browser::take_evidence() {
    return std::move(evidence_);
}

}  // namespace assay::harness
