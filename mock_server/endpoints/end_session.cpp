// The end session endpoint (OpenID Connect RP-Initiated Logout 1.0).
#include <algorithm>

#include "http/url.hpp"
#include "mock_server/dialects/client_metadata.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/pages/pages.hpp"
#include "mock_server/protocol/client_logout.hpp"
#include "mock_server/protocol/openid_request.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/session.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/crypto.hpp"
#include "oauth/jwt.hpp"

namespace assay::mock::endpoints {
namespace {

struct logout_request {
    std::optional<json::object> hint;  // claims of the id_token_hint
    std::string redirect_uri;          // registered; empty: the request has none
    std::string state;
};

std::string audience_of(const json::object& claims) {
    const auto* aud = claims.find("aud");
    if (aud != nullptr && aud->is_array() && !aud->as_array()->empty()) aud = &aud->as_array()->front();
    return aud != nullptr && aud->is_string() ? *aud->as_string() : "";
}

// For a server that does not verify the hint: its claims without a check of the signature.
std::optional<json::object> read_unverified(std::string_view token) {
    const auto parts = oauth::parse_jws(token);
    const auto claims = parts ? json::parse(parts->payload) : result<json::value>(json::value());
    return claims && claims->is_object() ? std::optional(*claims->as_object()) : std::nullopt;
}

outcome<logout_request> read_request(context& c, const oauth::form& p) {
    logout_request out;
    if (const auto token = p.value("id_token_hint"); !token.empty()) {
        const auto own = read_own_id_token(c, token);
        if (auto no = c.demand(rule::logout_id_token_hint_verifies, own.has_value(), [&] {
                return std::pair(in_words(own.error()), std::string("an ID Token of this issuer"));
            })) {
            return refuse(*no);
        }
        out.hint = own ? *own : read_unverified(token);
    }
    const std::string client_id(p.value("client_id"));
    const auto audience = out.hint ? audience_of(*out.hint) : client_id;
    if (auto no = c.demand(rule::logout_client_id_matches, client_id.empty() || client_id == audience, client_id,
                           audience)) {
        return refuse(*no);
    }
    c.client_id = client_id.empty() ? audience : client_id;
    out.redirect_uri = std::string(p.value(c.speaks().logout_parameter));
    out.state = std::string(p.value("state"));
    const auto who = c.at->find_client(c.client_id);
    const auto registered =
        who ? metadata_texts(who->metadata, "post_logout_redirect_uris") : std::vector<std::string>{};
    const bool known = std::find(registered.begin(), registered.end(), out.redirect_uri) != registered.end();
    if (auto no = c.demand(rule::logout_redirect_uri_registered, out.redirect_uri.empty() || known, out.redirect_uri,
                           "a registered post_logout_redirect_uri")) {
        return refuse(*no);
    }
    return out;
}

// §6: without a hint that names the user of this session, any site may have sent the browser here; only the user can
// confirm.
bool has_confirmed(const context& c, const user* who, const logout_request& r) {
    const auto id = session_id(c);
    const bool said_so = c.in.request.method == "POST" && c.in.body.value("action") == "log_out" && !id.empty() &&
                         oauth::equal_constant_time(c.in.body.value("csrf_token"), c.at->csrf_token(id));
    if (said_so) return true;
    return r.hint && (who == nullptr || json::value(*r.hint).string_at("sub") == who->sub);
}

}  // namespace

answer end_session(context& c) {
    const bool posted = c.in.request.method == "POST";
    if (!posted && c.in.request.method != "GET") return no_such_route(c, 405);
    if (auto no = demand_decoded(c)) {
        no->where = channel::page;
        return refusal_response(c, *no);
    }
    auto asked = read_request(c, posted ? c.in.body : c.in.query);
    if (!asked) return refusal_response(c, asked.error());
    const auto who = session_user(c);
    const bool confirmed = has_confirmed(c, who.get(), *asked) || !c.enforces(rule::logout_confirmed);
    if (!confirmed && who != nullptr) {
        return html_response(
            c, 200,
            pages::log_out(*who, {c.at->url_of(endpoint_named("end_session")), c.client_id, asked->redirect_uri,
                                  asked->state, c.at->csrf_token(session_id(c))}));
    }
    std::vector<std::string> frames;
    if (c.enforces(rule::logout_ends_session)) {
        if (const auto ended = c.at->tokens.end_session(session_id(c))) {
            end_refresh_tokens(c, session_id(c), *ended);
            send_logout_tokens(c, session_id(c), *ended);
            frames = logout_frames(c, session_id(c), *ended);
        }
    }
    if (asked->redirect_uri.empty() || !confirmed) return html_response(c, 200, pages::logged_out(frames, ""));
    // With the rule switched off the server returns another state.
    const auto state = c.enforces(rule::logout_state_returned) ? asked->state : "other-state";
    oauth::form back;
    if (!state.empty()) back.append("state", state);
    const auto target = http::add_query(asked->redirect_uri, oauth::format_form(back));
    if (frames.empty()) return redirect_response(c, target);
    auto out = html_response(c, 200, pages::logged_out(frames, target));
    out.head.append("Refresh", "2; url=" + target);  // a moment for the frames to load
    return out;
}

}  // namespace assay::mock::endpoints
