// Device authorization (RFC 8628): the request of the device (§3.1), and the page on which its user types the code,
// signs in and decides (§3.3).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/endpoints/sign_in.hpp"
#include "mock_server/pages/pages.hpp"
#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/requested_scope.hpp"
#include "mock_server/protocol/resource_indicators.hpp"
#include "mock_server/protocol/secure_transport.hpp"
#include "mock_server/protocol/session.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/crypto.hpp"
#include "oauth/grant_types.hpp"

namespace assay::mock::endpoints {
namespace {

// RFC 8628 §6.1: no vowels, so that no words arise, and nothing that could be mistaken for a digit.
constexpr std::string_view user_code_letters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t group = 4;  // letters between two hyphens

std::string grouped(std::string_view letters) {
    std::string out(letters.substr(0, group));
    if (letters.size() > group) out += fmt::format("-{}", letters.substr(group));
    return out;
}

std::string make_user_code(context& c) {
    const std::size_t length = c.enforces(rule::device_user_code_unguessable) ? 2 * group : group;
    const auto random = oauth::sha256(c.at->make_token("user_code"));
    std::uint64_t number = 0;
    for (std::size_t n = 0; n < sizeof number; ++n) number = number << 8U | static_cast<unsigned char>(random[n]);
    std::string letters;
    for (; letters.size() < length; number /= user_code_letters.size())
        letters += user_code_letters[number % user_code_letters.size()];
    return grouped(letters);
}

// RFC 8628 §6.1: "WDJBMJHT" and "wdjb mjht" are the code WDJB-MJHT.
std::string as_shown(const context& c, std::string_view typed) {
    if (!c.enforces(rule::device_user_code_spelled_freely)) return std::string(typed);
    std::string letters;
    for (const char ch : typed) {
        const char upper = ch >= 'a' && ch <= 'z' ? static_cast<char>(ch - 'a' + 'A') : ch;
        if (user_code_letters.find(upper) != std::string_view::npos) letters += upper;
    }
    return grouped(letters);
}

// The request that waits with that code.
outcome<device_request> find_waiting(context& c, std::string_view typed) {
    // Beside the client_ids whose failures are counted there, too: none of them has a line break.
    constexpr std::string_view guesses = "device\nuser_code";
    auto& memory = c.at->short_lived;
    auto d = c.at->devices.find_user_code(as_shown(c, typed));
    const bool waits = d && d->state == device_state::pending && d->expires_at > c.now;
    if (!d) memory.note_failure(std::string(guesses), c.now);
    const auto bearable = c.speaks().failed_authentications;
    if (auto no = c.demand(rule::device_user_code_guessing_throttled,
                           bearable == 0 || memory.failures(std::string(guesses), c.now) <= bearable,
                           "too many unknown codes", fmt::format("{} in a minute", bearable))) {
        return refuse(*no);
    }
    if (auto no = c.demand(rule::device_user_code_known, waits, typed, "the code that the device shows"))
        return refuse(*no);
    if (!d) return device_request{};  // where the rule is off: a code that no device has
    c.client_id = d->client_id;
    return *d;
}

// What the user decided, or a script for the user.
http::response conclude_device(context& c, const device_request& d, const user& who, bool allow) {
    const auto asking = c.at->find_client(d.client_id);
    subject of{"user", who.sub};
    const auto s = current_session(c);
    if (s && c.speaks().limits_organizations()) of.organizations = s->organizations;
    const bool decided = allow ? c.at->devices.allow(d.user_code, std::move(of), s ? s->auth_time : c.now)
                               : c.at->devices.deny(d.user_code);
    if (auto no = c.demand(rule::device_user_code_known, decided, d.user_code, "a code that nobody has decided yet"))
        return refusal_response(c, *no);
    return html_response(c, 200, pages::device_decided(asking ? *asking : client{}, allow));
}

http::response show_device_consent(context& c, const device_request& d, const user& who) {
    const auto asking = c.at->find_client(d.client_id);
    pages::consent_view v;
    v.asking = asking ? *asking : client{};
    v.who = who;
    v.scope = oauth::parse_scope(d.scope);
    v.action = c.at->url_of(endpoint_named("device"));
    v.csrf_token = c.at->csrf_token(session_id(c));
    v.user_code = d.user_code;
    return html_response(c, 200, pages::consent(*c.at, v));
}

http::response decide_on_page(context& c) {
    const auto who = session_user(c);
    auto d = find_waiting(c, c.in.body.value("user_code"));
    if (!d) return refusal_response(c, d.error());
    if (who == nullptr) return show_sign_in(c, oauth::form{{"user_code", d->user_code}});
    const auto expected = c.at->csrf_token(session_id(c));
    if (auto no =
            c.demand(rule::consent_csrf_token, oauth::equal_constant_time(c.in.body.value("csrf_token"), expected),
                     "another csrf_token", "the session's csrf_token")) {
        return refusal_response(c, *no);
    }
    return conclude_device(c, *d, *who, c.in.body.value("action") == "allow");
}

std::optional<refusal> tolerate_other_parameters(context& c) {
    constexpr std::array<std::string_view, 6> known{
        "client_id", "client_secret", "client_assertion", "client_assertion_type", "scope", "resource"};
    for (const auto& [name, value] : c.in.body.fields) {
        const bool counts = std::find(known.begin(), known.end(), name) != known.end() && !value.empty();
        if (auto no = c.tolerate(rule::device_other_parameters_ignored, !counts, name)) return no;
    }
    return std::nullopt;
}

}  // namespace

answer device_authorization(context& c) {
    if (auto no = demand_secure_transport(c)) return refusal_response(c, *no);
    const auto& method = c.in.request.method;
    if (auto no = c.demand(rule::device_method_post, method == "POST", method, "POST"))
        return refusal_response(c, *no);
    if (method != "POST") c.in.body = c.in.query;
    if (auto no = demand_form_of(c, rule::device_media_type_form)) return refusal_response(c, *no);
    if (auto no = tolerate_other_parameters(c)) return refusal_response(c, *no);
    auto who = authenticate_client(c);
    if (!who) return refusal_response(c, who.error());
    if (auto no = c.demand(rule::token_grant_type_allowed, who->who->may_use(oauth::device_code_grant),
                           oauth::device_code_grant, "a registered grant_type")) {
        return refusal_response(c, *no);
    }
    auto scope = requested_scope(c, *who->who);
    if (!scope) return refusal_response(c, scope.error());
    auto audience = resources_of_token_request(c, nullptr);
    if (!audience) return refusal_response(c, audience.error());
    device_request d;
    d.client_id = who->who->client_id;
    d.scope = oauth::format_scope(*scope);
    d.resources = audience->resources;
    d.expires_at = c.now + c.speaks().device_code_lifetime;
    d.interval = c.speaks().device_interval;
    d.user_code = make_user_code(c);
    const auto shown = d.user_code;
    const auto code = c.enforces(rule::device_code_unguessable) ? c.at->make_token("device_code") : "device-" + shown;
    if (!c.at->devices.put(code, std::move(d))) return refusal_response(c, no_room(c, "device"));
    const auto page = c.at->url_of(endpoint_named("device"));
    c.answers_at = hook::device;
    return token_json(c, 200,
                      json::object{{"device_code", code},
                                   {"user_code", shown},
                                   {"verification_uri", page},
                                   {"verification_uri_complete", fmt::format("{}?user_code={}", page, shown)},
                                   {"expires_in", c.speaks().device_code_lifetime},
                                   {"interval", c.speaks().device_interval}});
}

answer device(context& c) {
    if (auto no = demand_secure_transport(c)) return refusal_response(c, *no);
    if (c.in.request.method == "POST") return decide_on_page(c);
    const auto typed = c.in.query.value("user_code");
    if (typed.empty()) return html_response(c, 200, pages::ask_user_code(c.at->url_of(endpoint_named("device"))));
    auto d = find_waiting(c, typed);
    if (!d) return refusal_response(c, d.error());
    const bool by_request = c.at->config().how == sign_in::by_request;
    if (const auto who = scripted_user(c, by_request ? std::string(c.in.query.value("assay_user")) : ""))
        return conclude_device(c, *d, *who, !by_request || c.in.query.value("assay_consent") != "deny");
    const auto who = session_user(c);
    if (who == nullptr) return show_sign_in(c, oauth::form{{"user_code", d->user_code}});
    if (!c.enforces(rule::device_complete_uri_confirmed)) return conclude_device(c, *d, *who, true);
    return show_device_consent(c, *d, *who);
}

}  // namespace assay::mock::endpoints
