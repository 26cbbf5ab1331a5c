#include "mock_server/pages/panels.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "mock_server/pages/layout.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/form_reading.hpp"
#include "oauth/jwt.hpp"
#include "oauth/pkce.hpp"

namespace assay::mock::pages {
namespace {

std::string mark(bool holds) {
    return holds ? "<span class=\"yes\">✓</span>" : "<span class=\"no\">✗</span>";
}

// A time claim relative to the issuer's clock at that request.
std::string beside_now(const json::value& claim, std::int64_t now) {
    const auto at = claim.as_integer();
    if (!at) return {};
    const auto d = *at - now;
    return d == 0  ? " <small>now</small>"
           : d > 0 ? fmt::format(" <small>in {} s</small>", d)
                   : fmt::format(" <small>{} s ago</small>", -d);
}

bool names(const json::value& aud, std::string_view who) {
    if (const auto* one = aud.as_string()) return *one == who;
    const auto* list = aud.as_array();
    return list != nullptr && std::any_of(list->begin(), list->end(), [&](const json::value& v) {
               return v.as_string() != nullptr && *v.as_string() == who;
           });
}

struct token_view {
    std::string title;
    std::string_view text;
    bool from_issuer = true;  // signed by this issuer
    bool for_client = false;  // an ID Token: the client is its audience
};

class token_panel {
public:
    token_panel(const issuer& i, const token_recipient& who, token_view v) : i_(i), who_(who), v_(std::move(v)) {}

    std::string html() const {
        const auto parts = oauth::parse_jws(v_.text);
        if (!parts) {
            return frame(
                fmt::format("<p class=\"bad\">This is not a valid JWT: {}.</p>", escape(parts.error().message)));
        }
        std::string out =
            fmt::format("<div class=\"pair\"><div><h4>Header</h4>{}</div><div><h4>Claims</h4>{}</div></div>",
                        members(json::parse(parts->header_json).value_or(json::value())),
                        members(json::parse(parts->payload).value_or(json::value())));
        if (v_.from_issuer) out += signature(*parts);
        return frame(out);
    }

private:
    std::string frame(const std::string& inside) const {
        return fmt::format("<section><h3>{}</h3>{}</section>\n", escape(v_.title), inside);
    }

    std::string members(const json::value& v) const {
        if (!v.is_object()) return "<p class=\"bad\">no JSON object</p>";
        std::string rows;
        for (const auto& m : v.as_object()->members)
            rows += row_of(m.name, code(json::format(m.v)) + compared(m.name, m.v));
        return "<table>" + rows + "</table>";
    }

    std::string compared(std::string_view name, const json::value& v) const {
        if (name == "exp") return beside_now(v, who_.now) + " " + mark(v.as_integer().value_or(0) > who_.now);
        if (name == "nbf" || name == "iat" || name == "auth_time")
            return beside_now(v, who_.now) + " " + mark(v.as_integer().value_or(who_.now + 1) <= who_.now);
        if (name == "iss" && v_.from_issuer) return " " + mark(v == json::value(i_.url()));
        return v_.for_client ? compared_by_client(name, v) : "";
    }

    // OIDC Core §3.1.3.7 and, for at_hash, §3.1.3.6.
    std::string compared_by_client(std::string_view name, const json::value& v) const {
        if (name == "aud" && !who_.client_id.empty()) return " " + mark(names(v, who_.client_id));
        if (name == "azp" && !who_.client_id.empty()) return " " + mark(v == json::value(who_.client_id));
        if (name == "nonce" && !who_.nonce.empty()) return " " + mark(v == json::value(who_.nonce));
        if (name == "at_hash" && !who_.access_token.empty()) {
            const auto parts = oauth::parse_jws(v_.text);
            const auto header = parts ? json::parse(parts->header_json).value_or(json::value()) : json::value();
            if (const auto alg = oauth::parse_alg(header.string_at("alg")))
                return " " + mark(v == json::value(oauth::left_half_hash(who_.access_token, *alg)));
        }
        return {};
    }

    std::string signature(const oauth::jws_parts& parts) const {
        for (const auto& one : i_.published_keys()) {
            if (oauth::verify_jws(parts, one.key, {*oauth::parse_alg(one.alg)})) {
                return fmt::format("<p>{} The signature verifies with the key {} of the JWK Set.</p>", mark(true),
                                   code(one.key.kid()));
            }
        }
        return fmt::format("<p>{} The signature verifies with no key of the JWK Set.</p>", mark(false));
    }

    const issuer& i_;
    const token_recipient& who_;
    token_view v_;
};

bool is_jwt(std::string_view text) {
    return text.starts_with("eyJ") && std::count(text.begin(), text.end(), '.') == 2;
}

}  // namespace

std::string row_of(std::string_view name, const std::string& html) {
    return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escape(name), html);
}

std::string pkce_panel(const issuer& i, const journal_entry& e) {
    const auto body = oauth::read_form(e.request.body).fields;
    const auto grant = i.tokens.find_code(std::string(body.value("code")));
    const auto* verifier = body.find("code_verifier");
    if (e.endpoint != "token" || verifier == nullptr || !grant || grant->code_challenge.empty()) return {};
    const bool plain = grant->code_challenge_method != "S256";
    std::string rows =
        row_of("code_verifier", fmt::format("{} <small>{} characters</small>", code(*verifier), verifier->size()));
    const std::string made = plain ? *verifier : oauth::s256_challenge(*verifier);
    if (!plain) {
        rows += row_of("SHA-256 of it", code(to_hex(oauth::sha256(*verifier))));
        rows += row_of("… as base64url", code(made));
    }
    const bool holds = made == grant->code_challenge;
    rows += row_of("code_challenge", code(grant->code_challenge) + " " + mark(holds));
    return fmt::format(
        "<section><h3>PKCE</h3><p>{} <small>RFC 7636 §4.6</small></p><table>{}</table><p>{}</p></section>\n",
        code(plain ? "code_verifier == code_challenge" : "BASE64URL(SHA256(ASCII(code_verifier))) == code_challenge"),
        rows,
        holds ? "<span class=\"yes\">They are the same.</span>"
              : "<span class=\"no\">They differ: the code was requested with another verifier.</span>");
}

std::string device_panel(const issuer& i, const journal_entry& e) {
    const auto body = oauth::read_form(e.request.body).fields;
    const auto answer = json::parse(e.response.body).value_or(json::value());
    const std::string code_sent(body.value("device_code"));
    const auto d = i.devices.find(code_sent.empty() ? std::string(answer.string_at("device_code")) : code_sent);
    if (!d) return {};
    const auto who = d->of.sub.empty() ? nullptr : i.find_user(d->of.sub);
    std::string rows = row_of("user_code", code(d->user_code));
    rows += row_of("state", fmt::format("{}{}", device_state_name(d->state),
                                        who == nullptr ? "" : fmt::format(" by {}", escape(who->username))));
    rows += row_of("expires", beside_now(d->expires_at, e.at_ms / 1000));
    rows += row_of("polls", fmt::format("{} <small>{} s between two of them</small>", d->polls, d->interval));
    return fmt::format(
        "<section><h3>Device</h3><p>As it is now. <small>RFC 8628 §3.5</small></p><table>{}</table>"
        "</section>\n",
        rows);
}

std::string token_panels(const issuer& i, const journal_entry& e) {
    std::string out;
    const auto answer = json::parse(e.response.body).value_or(json::value());
    const token_recipient who{e.client_id, "", std::string(answer.string_at("access_token")), e.at_ms / 1000};
    const auto show = [&](std::string title, std::string_view text, bool from_issuer, bool for_client) {
        if (is_jwt(text)) out += token_panel(i, who, {std::move(title), text, from_issuer, for_client}).html();
    };
    show("ID Token", answer.string_at("id_token"), true, true);
    show("Access token", answer.string_at("access_token"), true, false);
    const auto query = oauth::read_form(e.request.query()).fields;
    const auto body = oauth::read_form(e.request.body).fields;
    for (const auto* sent : {&query, &body}) {
        show("Request object", sent->value("request"), false, false);
        show("Client assertion", sent->value("client_assertion"), false, false);
        show("Assertion", sent->value("assertion"), false, false);
        show("Subject token", sent->value("subject_token"), false, false);
        show("Actor token", sent->value("actor_token"), false, false);
        show("ID Token as a hint", sent->value("id_token_hint"), true, false);
    }
    show("DPoP proof", e.request.head.value("DPoP"), false, false);
    const std::string_view credentials = e.request.head.value("Authorization");
    const auto space = credentials.find(' ');
    if (space != std::string_view::npos) show("Access token", credentials.substr(space + 1), true, false);
    return out;
}

std::string token_response_panels(const issuer& i, std::string_view id_token, const token_recipient& who) {
    std::string out;
    if (!id_token.empty()) out += token_panel(i, who, {"ID Token", id_token, true, true}).html();
    if (is_jwt(who.access_token)) {
        out += token_panel(i, who, {"Access token", who.access_token, true, false}).html();
    } else if (!who.access_token.empty()) {
        out += fmt::format(
            "<section><h3>Access token</h3><p>{} <small>opaque: only the issuer knows what it means</small></p>"
            "</section>\n",
            code(who.access_token));
    }
    return out;
}

}  // namespace assay::mock::pages
