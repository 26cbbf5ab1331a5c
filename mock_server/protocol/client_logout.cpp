#include "mock_server/protocol/client_logout.hpp"

#include <utility>

#include "http/url.hpp"
#include "mock_server/issuer/postman.hpp"
#include "oauth/form.hpp"
#include "oauth/jwt.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view back_channel = "backchannel_logout_uri";
constexpr std::string_view front_channel = "frontchannel_logout_uri";

std::string uri_of(const client& c, std::string_view member) {
    const auto* uri = c.metadata.find(member);
    return uri != nullptr && uri->is_string() ? *uri->as_string() : "";
}

// Back-Channel Logout §2.4. It is valid for two minutes, as that section recommends.
std::string logout_token(const context& c, const client& to, const std::string& sub, const std::string& sid) {
    json::object claims{{"iss", c.at->url()}, {"sub", sub},         {"aud", to.client_id},
                        {"iat", c.now},       {"exp", c.now + 120}, {"jti", c.at->make_token("jti")},
                        {"sid", sid}};
    if (c.enforces(rule::logout_token_events)) {
        claims.append("events", json::object{{"http://schemas.openid.net/event/backchannel-logout", json::object{}}});
    }
    if (!c.enforces(rule::logout_token_without_nonce)) claims.append("nonce", "n");
    const auto alg = c.at->signing_alg(to, "id_token_signed_response_alg");
    const auto& key = c.at->signing_key(alg);
    const json::object header{{"typ", "logout+jwt"}, {"alg", alg}, {"kid", key.kid()}};
    return oauth::sign_jws(json::format(header), json::format(claims), *oauth::parse_alg(alg), key).value_or("");
}

// The journal entry of a request that the issuer sent to a client.
journal_entry entry_of(const context& c, const client& to, const std::string& uri, const http::request& sent) {
    journal_entry e;
    e.at_ms = c.at->now_ms();
    e.endpoint = "backchannel_logout";
    e.client_id = to.client_id;
    e.request = sent;
    e.request.target = uri;
    return e;
}

void send_logout_token(const context& c, const client& to, const std::string& uri, std::string token) {
    http::request r;
    r.method = "POST";
    r.head.append("Content-Type", "application/x-www-form-urlencoded");
    r.body = oauth::format_form(oauth::form{{"logout_token", std::move(token)}});
    const auto e = entry_of(c, to, uri, r);
    const auto unsent = [at = c.at, e](const error& why) {
        auto out = e;
        out.response.status = 0;  // no response
        out.refusal = refusal_note{"logout.backchannel_sent", "Back-Channel Logout §2.5", "not_sent",
                                   "an answer of the client", why.message};
        at->note(std::move(out));
    };
    auto post = c.at->config().post.lock();
    if (!post) return;
    const auto queued = post->send(uri, std::move(r), [at = c.at, e, unsent](const result<http::exchange>& done) {
        if (!done) return unsent(done.error());
        auto out = e;
        out.response = done->received;
        at->note(std::move(out));
    });
    if (!queued) unsent(queued.error());
}

}  // namespace

bool hears_of_logouts(const client& c) {
    return !uri_of(c, back_channel).empty() || !uri_of(c, front_channel).empty();
}

void end_refresh_tokens(context& c, const std::string& session_id, const session& ended) {
    if (ended.clients.empty() || !c.enforces(rule::logout_ends_refresh_tokens)) return;
    const grant_filter of_session{.sid = c.at->sid(session_id), .spares_offline_access = true};
    c.at->tokens.pairs.revoke_granted(of_session, false, true);
}

void send_logout_tokens(context& c, const std::string& session_id, const session& ended) {
    const auto who = c.at->find_user(ended.username);
    if (who == nullptr || !c.enforces(rule::logout_backchannel_sent)) return;
    for (const auto& id : ended.clients) {
        const auto to = c.at->find_client(id);
        const auto uri = to ? uri_of(*to, back_channel) : "";
        if (!uri.empty()) send_logout_token(c, *to, uri, logout_token(c, *to, who->sub, c.at->sid(session_id)));
    }
}

std::vector<std::string> logout_frames(const context& c, const std::string& session_id, const session& ended) {
    std::vector<std::string> out;
    if (!c.enforces(rule::logout_frontchannel_loaded)) return out;
    for (const auto& id : ended.clients) {
        const auto to = c.at->find_client(id);
        const auto uri = to ? uri_of(*to, front_channel) : "";
        if (uri.empty()) continue;
        oauth::form session;
        if (c.enforces(rule::logout_frontchannel_names_session))
            session = {{"iss", c.at->url()}, {"sid", c.at->sid(session_id)}};
        out.push_back(http::add_query(uri, oauth::format_form(session)));
    }
    return out;
}

}  // namespace assay::mock
