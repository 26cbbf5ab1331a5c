// Token requests of `assay rp`, and the validation of the responses.
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "harness/relying_party/relying_party.hpp"
#include "http/url.hpp"
#include "oauth/base64url.hpp"
#include "oauth/client_assertion.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/crypto.hpp"
#include "oauth/jwt.hpp"
#include "oauth/scope.hpp"

namespace assay::harness {
namespace {

// Leeway for exp, iat and nbf: a few seconds (RFC 7519 §4.1.4: "usually no more than a few minutes").
constexpr std::int64_t leeway_s = 10;

std::int64_t now_s() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

bool overlooked(const mutant& w, const std::string& claim, const json::object& claims) {
    using enum validation;
    static constexpr std::pair<std::string_view, validation> rows[] = {
        {"iss", iss}, {"aud", aud}, {"azp", azp},     {"exp", exp},        {"iat", iat},
        {"nbf", nbf}, {"sub", sub}, {"nonce", nonce}, {"at_hash", at_hash}};
    if (claim == "nonce" && w.without(nonce_missing) && claims.find("nonce") == nullptr) return true;
    for (const auto& [name, what] : rows) {
        if (name == claim) return w.without(what);
    }
    return false;
}

// Parses without a check of `crit`: only for a client without that validation.
result<oauth::jws_parts> parse_without_crit(const std::string& token) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);
    if (first == std::string::npos || second == std::string::npos) return fail(errc::malformed, "this is no JWT");
    oauth::jws_parts parts;
    result<std::string> header = oauth::base64url_decode(token.substr(0, first));
    result<std::string> payload = oauth::base64url_decode(token.substr(first + 1, second - first - 1));
    result<std::string> signature = oauth::base64url_decode(token.substr(second + 1));
    if (!header || !payload || !signature) return fail(errc::malformed, "this is no JWT");
    result<json::value> document = json::parse(*header);
    if (!document || !document->is_object()) return fail(errc::malformed, "the JOSE header is no JSON object");
    parts.header = *document->as_object();
    parts.header_json = std::move(*header);
    parts.payload = std::move(*payload);
    parts.signature = std::move(*signature);
    parts.signing_input = token.substr(0, second);
    return parts;
}

// OIDC Core §3.1.3.7 (13): a client that requested max_age checks auth_time.
decision<void> judge_auth_time(const rp_settings& s, const json::object& claims, const sign_in_flow* flow) {
    const json::value* asked = s.extra.find("max_age");
    if (flow == nullptr || asked == nullptr || !asked->is_string() || s.without.without(validation::auth_time))
        return {};
    const json::value* at = claims.find("auth_time");
    const std::optional<double> signed_in = at == nullptr ? std::nullopt : at->as_number();
    if (!signed_in) return refuse("auth_time_missing", "max_age was asked for and the ID Token has no auth_time");
    const double age = static_cast<double>(now_s()) - *signed_in;
    if (age <= std::strtod(asked->as_string()->c_str(), nullptr) + static_cast<double>(leeway_s)) return {};
    return refuse("auth_time_old", fmt::format("the person signed in {:.0f} s ago, longer than max_age", age));
}

std::string text_or_null(const json::value* v, bool null_as_text) {
    if (v == nullptr) return {};
    if (v->is_null()) return null_as_text ? "null" : "";
    return v->as_string() != nullptr ? *v->as_string() : "";
}

decision<void> judge_type(const mutant& w, const json::value& body, bool bound) {
    const std::string type(body.string_at("token_type"));
    if (type.empty()) {
        if (w.without(validation::token_type_missing)) return {};
        return refuse("token_type_missing", "the token response has no token_type");
    }
    const char* wanted = bound ? "DPoP" : "Bearer";
    const bool exact = w.without(bound ? validation::dpop_case : validation::token_type_case);
    if ((exact ? type == wanted : http::iequals(type, wanted)) || w.without(validation::token_type)) return {};
    // RFC 9449 §5: a server without DPoP support answers with a Bearer token, which was not requested.
    if (bound && w.without(validation::dpop_binding) && http::iequals(type, "Bearer")) return {};
    return refuse("token_type_unknown", fmt::format("this client cannot use a token of type {}", type));
}

std::string unencoded(const oauth::form& fields) {
    std::string out;
    for (const auto& [name, value] : fields.fields)
        out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
    return out;
}

// Crashes on unexpected members of a token response, like a client that does not check its input.
void die_of_odd_members(const mutant& w, const json::value& body) {
    const json::value* seconds = body.find("expires_in");
    const std::int64_t lifetime = seconds == nullptr ? 0 : seconds->as_integer().value_or(0);
    constexpr std::int64_t longest = 1'000'000'000;
    if (w.without(validation::expires_in) && (lifetime <= 0 || lifetime > longest)) die("expires_in is out of range");
    for (const char* name : {"error", "scope"}) {
        const json::value* v = body.find(name);
        const bool text = v == nullptr || (v->is_string() && !v->as_string()->empty());
        if (w.without(validation::member_types) && !text) die(fmt::format("{} is no text", name));
    }
}

// … and on unexpected bytes of one.
void die_of_odd_bytes(const mutant& w, const http::response& r) {
    const std::string_view type = r.head.value("Content-Type");
    const std::size_t charset = type.find("charset=");
    const bool other = charset != std::string_view::npos && !http::iequals(type.substr(charset + 8), "utf-8");
    if (w.without(validation::charset) && other) die("the token response is in another charset");
    const bool plain = r.body.starts_with('{') && r.head.find("Content-Encoding") == nullptr;
    if (w.without(validation::compression) && !plain) die("the token response is no plain text");
    if (w.without(validation::nesting) && r.body.find(std::string(100, '[')) != std::string::npos)
        die("the token response is nested too deeply");
    constexpr std::size_t usual_headers = 100;
    if (w.without(validation::many_headers) && r.head.list.size() > usual_headers) die("so many headers");
    const bool odd_success = r.status / 100 == 2 && r.status != 200;
    if (w.without(validation::token_status) && odd_success) die("a status that is not 200");
    const bool chunked = r.head.find("Transfer-Encoding") != nullptr;
    if (w.without(validation::chunked) && chunked) die("the token response is chunked");
}

bool odd_claims(const json::object& claims) {
    const json::value* sub = claims.find("sub");
    const json::value* exp = claims.find("exp");
    return sub == nullptr || !sub->is_string() || sub->as_string()->empty() || exp == nullptr || !exp->as_integer();
}

// The text between the quotes after "access_token", like a client that parses JSON by string search.
std::string cut_out(std::string_view body) {
    const std::size_t name = body.find("\"access_token\"");
    const std::size_t begin = name == std::string_view::npos ? name : body.find('"', name + 14);
    if (begin == std::string_view::npos) return {};
    return std::string(body.substr(begin + 1, body.find('"', begin + 1) - begin - 1));
}

bool is_known_member(std::string_view name) {
    for (const char* known : {"access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"}) {
        if (name == known) return true;
    }
    return false;
}

// An audience that another server also accepts lets this server use the assertion there.
json::value assertion_audience(const std::string& issuer, const mutant& w) {
    if (w.without(validation::assertion_audience)) return "https://as.example";
    if (w.without(validation::assertion_audience_alone)) return json::array{issuer, "https://as.example"};
    return json::value(issuer);
}

}  // namespace

// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
std::string rp_party::authorization_header() const {
    if (settings_.without.does(validation::basic_encoding)) {
        return oauth::format_basic(settings_.client_id, settings_.client_secret);
    }
    return "Basic " + oauth::base64_encode(settings_.client_id + ":" + settings_.client_secret);
}

// RFC 7523 §3, OIDC Core §9: for this server only, short-lived, with a new jti each time.
decision<std::string> rp_party::client_assertion() const {
    const mutant& w = settings_.without;
    if (w.without(validation::assertion_once) && !memory_.assertion.empty()) return memory_.assertion;
    if (!settings_.private_key) return refuse("no_key", "private_key_jwt needs a private key");
    constexpr std::int64_t lifetime_s = 60;
    const std::int64_t at = std::time(nullptr);
    json::object claims{{"iss", settings_.client_id},
                        {"sub", w.without(validation::assertion_subject) ? "somebody" : settings_.client_id},
                        {"aud", assertion_audience(settings_.issuer, w)},
                        {"jti", oauth::base64url_encode(oauth::random_bytes(16))},
                        {"iat", at}};
    if (w.does(validation::assertion_expiry)) claims.append("exp", at + lifetime_s);
    auto signed_text = oauth::sign_jwt(claims, oauth::jws_alg::ES256, *settings_.private_key);
    if (!signed_text) return refuse("no_assertion", signed_text.error().text());
    return memory_.assertion = std::move(*signed_text);
}

decision<http::call> rp_party::authenticated_post(const provider& p, std::string url, oauth::form fields) const {
    const mutant& w = settings_.without;
    const bool guesses = w.without(validation::auth_method) && !p.says_how_to_authenticate;
    const bool post = settings_.auth_method == "client_secret_post" || (guesses && settings_.auth_method != "none");
    const bool basic = settings_.auth_method == "client_secret_basic" && !guesses;
    const bool named = !basic || w.without(validation::one_method);
    if (named && (post || w.does(validation::secret_for_public))) fields.set("client_id", settings_.client_id);
    if (post || (basic && w.without(validation::one_method))) fields.set("client_secret", settings_.client_secret);
    if (settings_.auth_method == "private_key_jwt") {
        decision<std::string> assertion = client_assertion();
        if (!assertion) return tl::unexpected(assertion.error());
        fields.set("client_assertion_type", std::string(oauth::jwt_bearer_assertion_type));
        fields.set("client_assertion", std::move(*assertion));
    }
    if (w.without(validation::secret_in_query)) {
        oauth::form query{{"client_id", settings_.client_id}};
        if (!settings_.client_secret.empty()) query.set("client_secret", settings_.client_secret);
        url = http::add_query(url, oauth::format_form(query));
    }
    const result<http::url> u = http::parse_url(url);
    if (!u) return refuse("bad_url", u.error().text());
    http::call c;
    c.origin = u->origin();
    c.r.method = "POST";
    c.r.target = u->target();
    c.r.head.set("Content-Type", "application/x-www-form-urlencoded");
    if (w.does(validation::accept_json)) c.r.head.set("Accept", "application/json");
    if (w.without(validation::host_port)) c.r.head.set("Host", u->host);
    if (w.without(validation::cookies) && !memory_.cookies.empty()) c.r.head.set("Cookie", memory_.cookies);
    if (basic) c.r.head.set("Authorization", authorization_header());
    c.r.body = w.does(validation::form_encoding) ? oauth::format_form(fields) : unencoded(fields);
    return c;
}

decision<http::response> rp_party::post_token(const provider& p, oauth::form fields) {
    const json::value* resource = settings_.extra.find("resource");
    const bool repeats = settings_.without.does(validation::resource_token);
    const bool named = resource != nullptr && resource->is_array() && repeats;
    for (const json::value& one : named ? *resource->as_array() : json::array{}) {
        if (one.is_string()) fields.append("resource", *one.as_string());
    }
    const decision<http::call> c = authenticated_post(p, p.token_endpoint, std::move(fields));
    if (!c) return tl::unexpected(c.error());
    return send_token_request(*c);
}

decision<token_set> rp_party::judge_token_response(const http::response& r) const {
    const mutant& w = settings_.without;
    if (w.without(validation::media_type) && r.head.value("Content-Type") != "application/json")
        die("the token response has another media type");
    die_of_odd_bytes(w, r);
    if (w.without(validation::printed_secrets)) fmt::print(stderr, "token response: {}\n", r.body);
    http::response read = r;
    if (w.without(validation::trailing_bytes)) read.body.resize(read.body.rfind('}') + 1);
    decision<json::value> body = json_of(read, "the token response");
    if (!body) return tl::unexpected(body.error());
    die_of_odd_members(w, *body);
    const bool repeated = !body->as_object()->duplicates().empty();
    if (w.without(validation::duplicate_members) && repeated) die("a member comes twice");
    const std::string error(body->string_at("error"));
    if (w.without(validation::error_missing) && r.status != 200 && error.empty()) die("the refusal has no error");
    if (w.without(validation::error_description) && has_odd_text(body->string_at("error_description")))
        die("the error_description is not plain ASCII");
    if (!error.empty() && (r.status != 200 || w.does(validation::error_member))) {
        return refuse("token_error", std::string(body->string_at("error_description")),
                      w.does(validation::error_code) ? error : std::string{});
    }
    if (r.status != 200) return refuse("token_status", fmt::format("the token endpoint answered {}", r.status));
    token_set tokens;
    tokens.id_token = body->string_at("id_token");
    if (!error.empty()) return tokens;
    tokens.access_token = body->string_at("access_token");
    if (tokens.access_token.empty() && w.without(validation::access_token)) {
        tokens.access_token = body->string_at("id_token");
    }
    if (w.without(validation::json_escapes)) tokens.access_token = cut_out(r.body);
    if (w.without(validation::token_format) && !tokens.access_token.starts_with("polar_at_u_")) {
        return refuse("token_format", "this access token looks unfamiliar");
    }
    constexpr std::size_t usual_token = 4096;
    if (w.without(validation::long_token) && tokens.access_token.size() > usual_token)
        return refuse("long_token", "this access token is too long");
    if (tokens.access_token.empty()) return refuse("access_token_missing", "the token response has no access_token");
    if (const decision<void> type = judge_type(w, *body, uses("dpop")); !type) return tl::unexpected(type.error());
    if (w.without(validation::unknown_members)) {
        for (const json::member& m : body->as_object()->members) {
            if (!is_known_member(m.name)) return refuse("unknown_member", m.name);
        }
    }
    const bool no_scope = body->find("scope") == nullptr;
    if (w.without(validation::scope_missing) && no_scope) return refuse("scope_missing", "no scope");
    tokens.token_type = body->string_at("token_type");
    if (w.without(validation::all_members)) return tokens;
    tokens.refresh_token = text_or_null(body->find("refresh_token"), w.without(validation::null_members));
    if (const json::value* scope = body->find("scope")) tokens.scope = *scope;
    if (const json::value* seconds = body->find("expires_in")) {
        if (seconds->as_number()) tokens.expires_in = *seconds;
    }
    return tokens;
}

decision<json::object> rp_party::judge_id_token(const provider& p, const token_set& tokens,
                                                const std::string& id_token, const sign_in_flow* flow) {
    const mutant& w = settings_.without;
    const result<oauth::jws_parts> parts =
        w.does(validation::crit) ? oauth::parse_jws(id_token) : parse_without_crit(id_token);
    if (!parts && w.without(validation::malformed_jwt)) die("the ID Token is no JWT");
    if (!parts) return refuse("malformed_jwt", parts.error().text());
    if (const decision<void> good = judge_signature(p, *parts); !good) return tl::unexpected(good.error());
    const result<json::value> payload = json::parse(parts->payload);
    if (!payload || !payload->is_object()) return refuse("malformed_jwt", "the claims are no JSON object");
    const json::object& claims = *payload->as_object();
    if (w.without(validation::member_types) && odd_claims(claims)) die("a claim has another type");
    const json::value* iat = claims.find("iat");
    const std::int64_t made = iat == nullptr ? now_s() : iat->as_integer().value_or(0);
    constexpr std::int64_t days = 86400;
    if (w.without(validation::iat_age) && std::abs(now_s() - made) > 3 * days) die("the ID Token is of another day");
    oauth::id_token_expectations want;
    want.iss = p.issuer;
    want.client_id = settings_.client_id;
    if (flow != nullptr && !flow->nonce.empty()) want.nonce = flow->nonce;
    want.now = now_s();
    want.leeway = w.does(validation::skew) ? leeway_s : 0;
    // A mutant that uses the ID Token as the access token cannot check at_hash against it.
    if (tokens.access_token != id_token) want.access_token = tokens.access_token;
    want.alg = oauth::parse_alg(json::value(parts->header).string_at("alg")).value_or(want.alg);
    for (const oauth::claim_finding& f : oauth::judge_id_token(claims, want)) {
        if (flow == nullptr && (f.claim == "iss" || f.claim == "nonce")) continue;
        if (overlooked(w, f.claim, claims)) continue;
        if (w.without(validation::duplicate_claims) && f.clause == "RFC 7519 §4") die("a claim comes twice");
        return refuse("id_token_" + f.claim, fmt::format("{} of the ID Token must be {} and is {} ({})", f.claim,
                                                         f.expected, f.actual, f.clause));
    }
    const json::value* aud = claims.find("aud");
    if (w.without(validation::aud_array) && aud != nullptr && aud->is_array())
        return refuse("aud_array", "aud is a list");
    if (const decision<void> fresh = judge_auth_time(settings_, claims, flow); !fresh)
        return tl::unexpected(fresh.error());
    const json::value* nonce = claims.find("nonce");
    if (w.without(validation::null_nonce) && nonce != nullptr && nonce->is_null())
        return refuse("null_nonce", "nonce is null");
    for (const json::member& m : claims.members) {
        if (w.without(validation::unknown_claims) && m.name.starts_with("http"))
            return refuse("unknown_claim", m.name);
    }
    return claims;
}

decision<token_set> rp_party::redeem(const provider& p, const std::string& code, const sign_in_flow& flow) {
    const mutant& w = settings_.without;
    oauth::form fields{{"grant_type", "authorization_code"}, {"code", code}};
    if (w.does(validation::redirect_uri)) fields.set("redirect_uri", settings_.redirect_uri);
    const bool challenged = w.does(validation::pkce) || w.without(validation::pkce_s256);
    if (challenged && !flow.code_verifier.empty()) fields.set("code_verifier", flow.code_verifier);
    const decision<http::response> answer = post_token(p, std::move(fields));
    if (!answer) return tl::unexpected(answer.error());
    decision<token_set> tokens = judge_token_response(*answer);
    if (!tokens && settings_.without.without(validation::printed_refusals))
        fmt::print(stderr, "no: {}\n", answer->body);
    if (!tokens) return tokens;
    const std::string& id_token = tokens->id_token;
    if (!oauth::has_scope(oauth::parse_scope(settings_.scope), "openid")) {
        if (!id_token.empty() && w.without(validation::unasked_id_token)) die("an ID Token was not requested");
        return tokens;
    }
    if (id_token.empty()) {
        const bool overlooks = w.without(validation::id_token_missing) ||
                               (w.without(validation::error_member) && tokens->access_token.empty());
        if (overlooks) return tokens;
        return refuse("id_token_missing", "openid was granted and no id_token came");
    }
    decision<json::object> claims = judge_id_token(p, *tokens, id_token, &flow);
    if (!claims) return tl::unexpected(claims.error());
    tokens->claims = std::move(*claims);
    return tokens;
}

decision<token_set> rp_party::refresh(const provider& p, const token_set& old) {
    const mutant& w = settings_.without;
    if (old.refresh_token.empty()) return refuse("no_refresh_token", "this session has no refresh token");
    oauth::form fields{{"grant_type", "refresh_token"}, {"refresh_token", old.refresh_token}};
    if (w.without(validation::refresh_code)) fields.set("code", "the-code-of-the-sign-in");
    const decision<http::response> answer = post_token(p, std::move(fields));
    if (!answer) return tl::unexpected(answer.error());
    decision<token_set> tokens = judge_token_response(*answer);
    if (!tokens) return tokens;
    if (w.without(validation::refresh_scope)) tokens->scope = old.scope;
    const bool keeps = tokens->refresh_token.empty() && w.does(validation::refresh_token_kept);
    if (keeps || w.without(validation::refresh_rotation)) tokens->refresh_token = old.refresh_token;
    const std::string& id_token = tokens->id_token;
    if (id_token.empty()) {
        if (w.without(validation::refresh_id_token))
            return refuse("id_token_missing", "the refresh brought no ID Token");
        tokens->claims = old.claims;
        return tokens;
    }
    decision<json::object> claims = judge_id_token(p, *tokens, id_token, nullptr);
    if (!claims) return tl::unexpected(claims.error());
    if (w.does(validation::refresh_iss) && json::value(*claims).string_at("iss") != p.issuer) {
        return refuse("refresh_iss", "the refreshed ID Token is of another issuer (OIDC Core §12.2)");
    }
    const json::value before(old.claims.value_or(json::object{}));
    if (w.does(validation::refresh_sub) && json::value(*claims).string_at("sub") != before.string_at("sub")) {
        return refuse("refresh_sub", "the refreshed ID Token is about another subject (OIDC Core §12.2)");
    }
    tokens->claims = std::move(*claims);
    return tokens;
}

}  // namespace assay::harness
