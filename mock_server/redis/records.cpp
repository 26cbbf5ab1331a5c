#include "mock_server/redis/records.hpp"

#include <algorithm>
#include <utility>

#include "data/hex.hpp"
#include "data/json.hpp"

namespace assay::mock::redis {
namespace {

json::array listed(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

std::vector<std::string> texts_at(const json::value& v, std::string_view name) {
    std::vector<std::string> out;
    const auto* list = v.find(name);
    if (list == nullptr || !list->is_array()) return out;
    for (const auto& one : *list->as_array()) {
        if (one.is_string()) out.push_back(*one.as_string());
    }
    return out;
}

std::string text_at(const json::value& v, std::string_view name) {
    return std::string(v.string_at(name));
}

std::int64_t number_at(const json::value& v, std::string_view name) {
    const auto* number = v.find(name);
    return number == nullptr ? 0 : number->as_integer().value_or(0);
}

bool flag_at(const json::value& v, std::string_view name) {
    const auto* flag = v.find(name);
    return flag != nullptr && flag->as_boolean().value_or(false);
}

std::optional<json::value> parsed(const std::string& record) {
    auto v = json::parse(record);
    return v && v->is_object() ? std::optional(std::move(*v)) : std::nullopt;
}

template <std::size_t Size>
std::string hex_of_bytes(const std::array<unsigned char, Size>& bytes) {
    return to_hex(std::string(bytes.begin(), bytes.end()));
}

template <std::size_t Size>
std::array<unsigned char, Size> bytes_of_hex(std::string_view text) {
    std::array<unsigned char, Size> out{};
    if (text.size() != 2 * Size) return out;
    for (std::size_t n = 0; n < Size; ++n)
        out[n] = static_cast<unsigned char>(hex_digit(text[2 * n]) << 4 | hex_digit(text[2 * n + 1]));
    return out;
}

json::object json_of(const subject& s) {
    return {{"type", s.sub_type}, {"sub", s.sub}, {"organizations", listed(s.organizations)}};
}

subject subject_at(const json::value& v, std::string_view name) {
    const auto* s = v.find(name);
    if (s == nullptr) return {};
    return {text_at(*s, "type"), text_at(*s, "sub"), texts_at(*s, "organizations")};
}

json::object json_of(const token_binding& b) {
    return {{"jkt", b.jkt}, {"audience", listed(b.audience)}, {"resources", listed(b.resources)}};
}

token_binding binding_of(const json::value& v) {
    return {text_at(v, "jkt"), texts_at(v, "audience"), texts_at(v, "resources")};
}

std::shared_ptr<const json::value> claims_at(const json::value& v) {
    const auto* claims = v.find("claims");
    return claims == nullptr ? nullptr : std::make_shared<const json::value>(*claims);
}

}  // namespace

std::string hex_of(const token_digest& d) {
    return hex_of_bytes(d);
}

std::string record_of(const code_grant& g) {
    json::object out{{"client_id", g.client_id},
                     {"scope", g.scope},
                     {"scope_sent", g.scope_sent},
                     {"redirect_uri", g.redirect_uri},
                     {"redirect_uri_sent", g.redirect_uri_sent},
                     {"code_challenge", g.code_challenge},
                     {"code_challenge_method", g.code_challenge_method},
                     {"of", json_of(g.of)},
                     {"created", g.created},
                     {"refreshable", g.refreshable},
                     {"family", hex_of_bytes(g.family)},
                     {"bound", json_of(g.bound)},
                     {"auth_time", g.auth_time},
                     {"sid", g.sid}};
    if (g.nonce) out.append("nonce", *g.nonce);
    if (g.claims) out.append("claims", *g.claims);
    return json::format(out);
}

std::optional<code_grant> code_grant_of(const std::string& record) {
    const auto v = parsed(record);
    if (!v) return std::nullopt;
    code_grant g;
    g.client_id = text_at(*v, "client_id");
    g.scope = text_at(*v, "scope");
    g.scope_sent = flag_at(*v, "scope_sent");
    g.redirect_uri = text_at(*v, "redirect_uri");
    g.redirect_uri_sent = flag_at(*v, "redirect_uri_sent");
    if (v->find("nonce") != nullptr) g.nonce = text_at(*v, "nonce");
    g.code_challenge = text_at(*v, "code_challenge");
    g.code_challenge_method = text_at(*v, "code_challenge_method");
    g.of = subject_at(*v, "of");
    g.created = number_at(*v, "created");
    g.refreshable = flag_at(*v, "refreshable");
    g.family = bytes_of_hex<16>(v->string_at("family"));
    if (const auto* bound = v->find("bound")) g.bound = binding_of(*bound);
    g.auth_time = number_at(*v, "auth_time");
    g.sid = text_at(*v, "sid");
    g.claims = claims_at(*v);
    return g;
}

std::string record_of(const token_pair& p) {
    const token_grant& g = *p.grant;
    json::object out{{"access", hex_of_bytes(p.access)},
                     {"refresh", hex_of_bytes(p.refresh)},
                     {"family", hex_of_bytes(p.family)},
                     {"issued_at", p.issued_at},
                     {"expires_in", p.expires_in},
                     {"refresh_expires_at", p.refresh_expires_at},
                     {"auth_time", p.auth_time},
                     {"client_id", g.client_id},
                     {"scope", g.scope},
                     {"of", json_of(g.of)},
                     {"refresh_scope", g.refresh_scope},
                     {"sid", g.sid}};
    if (g.bound) out.append("bound", json_of(*g.bound));
    if (g.claims) out.append("claims", *g.claims);
    if (g.act) out.append("act", *g.act);
    if (g.added) out.append("added", *g.added);
    return json::format(out);
}

std::optional<token_pair> token_pair_of(const std::string& record) {
    const auto v = parsed(record);
    if (!v) return std::nullopt;
    token_pair p;
    p.access = bytes_of_hex<16>(v->string_at("access"));
    p.refresh = bytes_of_hex<16>(v->string_at("refresh"));
    p.family = bytes_of_hex<16>(v->string_at("family"));
    p.issued_at = number_at(*v, "issued_at");
    p.expires_in = number_at(*v, "expires_in");
    p.refresh_expires_at = number_at(*v, "refresh_expires_at");
    p.auth_time = number_at(*v, "auth_time");
    token_grant g{text_at(*v, "client_id"), text_at(*v, "scope"), subject_at(*v, "of"), text_at(*v, "refresh_scope")};
    if (const auto* bound = v->find("bound")) g.bound = std::make_shared<const token_binding>(binding_of(*bound));
    g.claims = claims_at(*v);
    if (const auto* act = v->find("act")) g.act = std::make_shared<const json::value>(*act);
    if (const auto* added = v->find("added")) g.added = std::make_shared<const json::value>(*added);
    g.sid = text_at(*v, "sid");
    p.grant = std::make_shared<const token_grant>(std::move(g));
    return p;
}

std::string record_of(const session& s) {
    return json::format(json::object{
        {"username", s.username}, {"auth_time", s.auth_time}, {"organizations", listed(s.organizations)}});
}

std::optional<session> session_of(const std::string& record) {
    const auto v = parsed(record);
    if (!v) return std::nullopt;
    session s;
    s.username = text_at(*v, "username");
    s.auth_time = number_at(*v, "auth_time");
    s.organizations = texts_at(*v, "organizations");
    return s;
}

std::string record_of(const pushed_request& r) {
    return json::format(json::object{
        {"client_id", r.client_id}, {"parameters", oauth::format_form(r.parameters)}, {"expires_at", r.expires_at}});
}

std::optional<pushed_request> pushed_request_of(const std::string& record) {
    const auto v = parsed(record);
    if (!v) return std::nullopt;
    auto parameters = oauth::parse_form(v->string_at("parameters"));
    if (!parameters) return std::nullopt;
    return pushed_request{text_at(*v, "client_id"), std::move(*parameters), number_at(*v, "expires_at")};
}

std::string record_of(const client& c) {
    json::object lifetimes;
    for (const auto& [name, seconds] : {std::pair{"code", c.lifetimes.code},
                                        {"access_token", c.lifetimes.access_token},
                                        {"id_token", c.lifetimes.id_token},
                                        {"refresh_token", c.lifetimes.refresh_token}}) {
        if (seconds) lifetimes.append(name, *seconds);
    }
    return json::format(json::object{
        {"client_id", c.client_id},
        {"client_secret", c.client_secret},
        {"client_name", c.client_name},
        {"token_endpoint_auth_method", c.token_endpoint_auth_method},
        {"redirect_uris", listed(c.redirect_uris)},
        {"grant_types", listed(c.grant_types)},
        {"response_types", listed(c.response_types)},
        {"scope", c.scope},
        {"default_sub_type", c.default_sub_type},
        {"issued_at", c.issued_at},
        {"any_loopback_redirect_uri", c.any_loopback_redirect_uri},
        {"first_party", c.first_party},
        {"jwks", c.jwks},
        {"require_pushed_authorization_requests", c.require_pushed_authorization_requests},
        {"dpop_bound_access_tokens", c.dpop_bound_access_tokens},
        {"dpop_nonce_required", c.dpop_nonce_required},
        {"access_token_format", c.access_token_format},
        {"lifetimes", std::move(lifetimes)},
        {"metadata", c.metadata},
        {"registration_access_token", c.registration_access_token},
        {"owner", c.owner},
        {"roles", listed(c.roles)},
    });
}

std::optional<client> client_of(const std::string& record) {
    const auto v = parsed(record);
    if (!v) return std::nullopt;
    client c;
    for (auto& [name, field] : {std::pair<std::string_view, std::string&>{"client_id", c.client_id},
                                {"client_secret", c.client_secret},
                                {"client_name", c.client_name},
                                {"token_endpoint_auth_method", c.token_endpoint_auth_method},
                                {"scope", c.scope},
                                {"default_sub_type", c.default_sub_type},
                                {"access_token_format", c.access_token_format},
                                {"registration_access_token", c.registration_access_token},
                                {"owner", c.owner}}) {
        field = text_at(*v, name);
    }
    for (auto& [name, field] :
         {std::pair<std::string_view, std::vector<std::string>&>{"redirect_uris", c.redirect_uris},
          {"grant_types", c.grant_types},
          {"response_types", c.response_types},
          {"roles", c.roles}}) {
        field = texts_at(*v, name);
    }
    for (auto& [name, field] :
         {std::pair<std::string_view, bool&>{"any_loopback_redirect_uri", c.any_loopback_redirect_uri},
          {"first_party", c.first_party},
          {"require_pushed_authorization_requests", c.require_pushed_authorization_requests},
          {"dpop_bound_access_tokens", c.dpop_bound_access_tokens},
          {"dpop_nonce_required", c.dpop_nonce_required}}) {
        field = flag_at(*v, name);
    }
    c.issued_at = number_at(*v, "issued_at");
    if (const auto* jwks = v->find("jwks")) c.jwks = *jwks;
    if (const auto* metadata = v->find("metadata"); metadata != nullptr && metadata->is_object())
        c.metadata = *metadata->as_object();
    if (const auto* lifetimes = v->find("lifetimes")) {
        for (auto& [name, field] :
             {std::pair<std::string_view, std::optional<std::int64_t>&>{"code", c.lifetimes.code},
              {"access_token", c.lifetimes.access_token},
              {"id_token", c.lifetimes.id_token},
              {"refresh_token", c.lifetimes.refresh_token}}) {
            if (lifetimes->find(name) != nullptr) field = number_at(*lifetimes, name);
        }
    }
    return c;
}

}  // namespace assay::mock::redis
