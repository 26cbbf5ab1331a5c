// HTTP requests of `assay rp`: timeouts, redirects, retries; and the mistakes of mutants.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "harness/relying_party/relying_party.hpp"
#include "http/url.hpp"
#include "http/wire.hpp"

namespace assay::harness {
namespace {

using namespace std::chrono_literals;

constexpr int redirects_max = 3;

http::client_options limits_of(const mutant& w) {
    http::client_options o;
    o.deadline = w.does(validation::timeout) ? 2s : 1h;
    o.body_bytes_max = w.does(validation::body_limit) ? 4U << 20U : 1U << 30U;
    o.wanted = {w.does(validation::certificate_chain), w.does(validation::certificate_name),
                w.does(validation::certificate_expiry)};
    return o;
}

// Whether the redirect keeps the method and body; otherwise it becomes a GET (RFC 9110 §15.4).
bool keeps_method(int status) {
    return status == 307 || status == 308;
}

}  // namespace

rp_party::rp_party(const rp_settings& settings, rp_memory& memory)
    : settings_(settings), memory_(memory), client_(limits_of(settings.without)) {}

decision<http::response> rp_party::send(http::call c) {
    result<http::exchange> answer = client_.send(std::move(c));
    if (answer) return std::move(answer->received);
    if (settings_.without.without(validation::header_bytes) && answer.error().code == errc::limit)
        die("the answer has too long a header");
    if (settings_.without.without(validation::unreachable)) die("nobody answered");
    return refuse("no_answer", answer.error().text());
}

decision<http::response> rp_party::get(const std::string& url, std::string_view bearer) {
    const result<http::url> u = http::parse_url(url);
    if (!u) return refuse("bad_url", u.error().text());
    http::call c;
    c.origin = u->origin();
    c.r.target = u->target();
    c.r.head.set("Accept", "application/json");
    if (bearer.empty()) return send(std::move(c));
    c.r.head.set("Authorization", fmt::format("{} {}", uses("dpop") ? "DPoP" : "Bearer", bearer));
    return send_proven(std::move(c), std::string(bearer));
}

// Public documents may be redirected (OIDC Discovery §4.1); the request contains nothing secret.
decision<http::response> rp_party::get_following(std::string url) {
    decision<http::response> answer = get(url);
    for (int n = 0; n < redirects_max && answer && answer->status / 100 == 3; ++n) {
        const result<std::string> next = http::resolve_url(url, std::string(answer->head.value("Location")));
        if (!next) return refuse("bad_url", next.error().text());
        url = *next;
        answer = get(url);
    }
    return answer;
}

// Like a client that reads until the connection closes and takes the first line for the status line.
decision<http::response> rp_party::send_raw(const http::call& c) {
    http::call proven = c;
    if (uses("dpop")) prove_possession(proven, "");
    http::request r = std::move(proven.r);
    r.head.set("Host", c.origin.substr(c.origin.find("//") + 2));
    r.head.set("Content-Length", fmt::format("{}", r.body.size()));
    r.head.set("Connection", "close");
    const result<std::string> bytes = client_.raw(c.origin, http::serialise(r));
    if (!bytes) return refuse("no_answer", bytes.error().text());
    http::response out;
    out.status = std::atoi(bytes->substr(std::min<std::size_t>(bytes->size(), 9), 3).c_str());
    const std::size_t head = bytes->find("\r\n\r\n");
    if (head != std::string::npos) out.body = bytes->substr(head + 4);
    out.head.set("Content-Type", "application/json");
    return out;
}

// RFC 6749 §10.3 to §10.5: redirects of the token endpoint are not followed, except by a mutant.
decision<http::response> rp_party::follow(const http::call& c, const http::response& r) {
    const result<http::url> next = http::parse_url(std::string(r.head.value("Location")));
    if (!next) return refuse("bad_url", next.error().text());
    http::call again = c;
    again.origin = next->origin();
    again.r.target = next->target();
    if (!keeps_method(r.status)) {
        again.r.method = "GET";
        again.r.body.clear();
        again.r.head.erase("Content-Type");
        again.r.head.erase("Authorization");
    }
    return send(std::move(again));
}

decision<http::response> rp_party::send_token_request(const http::call& c) {
    const mutant& w = settings_.without;
    if (w.without(validation::content_length) || w.without(validation::interim_answers)) return send_raw(c);
    decision<http::response> answer = send_proven(c);
    const auto failed = [&] { return !answer || answer->status >= 400; };
    if (failed() && w.without(validation::code_once)) answer = send(c);
    for (int again = 0; w.without(validation::retry_storm) && failed() && again < 9; ++again) answer = send(c);
    if (answer && answer->status / 100 == 3 && w.without(validation::redirects)) answer = follow(c, *answer);
    if (answer && answer->head.find("Set-Cookie") != nullptr) {
        const std::string_view cookie = answer->head.value("Set-Cookie");
        memory_.cookies = cookie.substr(0, cookie.find(';'));
    }
    return answer;
}

}  // namespace assay::harness
