#include "harness/relying_party/relying_party.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "http/url.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/metadata_url.hpp"
#include "oauth/pkce.hpp"
#include "oauth/scope.hpp"

namespace assay::harness {

[[noreturn]] void die(std::string_view why) {
    fmt::print(stderr, "assay rp: {}\n", why);
    std::quick_exit(mutant_exit);
}

bool has_odd_text(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; });
}

namespace {

std::string random_token() {
    return oauth::base64url_encode(oauth::random_bytes(32));
}

// The signature algorithms of the metadata that this client accepts: never none, and never symmetric and asymmetric
// ones together, so that a public key is never used as the secret (RFC 8725 §2.1, §3.1).
std::vector<oauth::jws_alg> algs_of(const json::value& metadata) {
    const json::value* list = metadata.find("id_token_signing_alg_values_supported");
    if (list == nullptr || list->as_array() == nullptr) return {oauth::jws_alg::RS256};
    std::vector<oauth::jws_alg> algs;
    if (list->as_array()->size() == 1 && list->as_array()->front() == json::value("HS256"))
        return {oauth::jws_alg::HS256};
    for (const json::value& name : *list->as_array()) {
        if (name.as_string() == nullptr) continue;
        const std::optional<oauth::jws_alg> alg = oauth::parse_alg(*name.as_string());
        if (alg && *alg != oauth::jws_alg::none && *alg != oauth::jws_alg::HS256) algs.push_back(*alg);
    }
    return algs;
}

std::string scope_of(const rp_settings& settings) {
    oauth::scope_set scope = oauth::parse_scope(settings.scope);
    if (settings.without.without(validation::openid_scope)) std::erase(scope, "openid");
    return oauth::format_scope(scope);
}

decision<std::string> required(const rp_settings& settings, const json::value& metadata, std::string_view name) {
    std::string text(metadata.string_at(name));
    const bool downgraded = settings.issuer.starts_with("https:") && text.starts_with("http:");
    if (downgraded && settings.without.does(validation::https_endpoints))
        return refuse("insecure_endpoint", fmt::format("the {} of an https issuer is {}", name, text));
    if (!text.empty()) return text;
    if (settings.without.without(validation::required_metadata)) die(fmt::format("the metadata has no {}", name));
    return refuse("metadata_incomplete", fmt::format("the metadata has no {}", name));
}

}  // namespace

decision<json::value> rp_party::json_of(const http::response& r, std::string_view what) const {
    result<json::value> document = json::parse(r.body);
    if (document && document->is_object()) return std::move(*document);
    if (settings_.without.without(validation::json_body)) die(fmt::format("{} is not JSON", what));
    return refuse("not_json", fmt::format("{} is no JSON object (status {}, {})", what, r.status,
                                          r.head.find("Content-Type") != nullptr ? r.head.value("Content-Type")
                                                                                 : "no Content-Type"));
}

// OIDC Discovery §4 appends the well-known name to the issuer's path, RFC 8414 §3.1 inserts it before the path.
std::string rp_party::metadata_url() const {
    if (settings_.without.without(validation::terminating_slash))
        return settings_.issuer + "/.well-known/openid-configuration";
    if (!uses("oauth_metadata")) return oauth::openid_configuration_url(settings_.issuer);
    if (settings_.without.without(validation::oauth_metadata_path))
        return settings_.issuer + "/.well-known/oauth-authorization-server";
    return oauth::authorization_server_metadata_url(settings_.issuer);
}

decision<provider> rp_party::discover() {
    decision<http::response> answer = get_following(metadata_url());
    if (!answer) return tl::unexpected(answer.error());
    decision<json::value> metadata = json_of(*answer, "the metadata");
    if (!metadata) return tl::unexpected(metadata.error());
    if (answer->status != 200) {
        return refuse("metadata_status", fmt::format("the metadata URL answered with status {}", answer->status));
    }
    if (settings_.without.does(validation::discovery_issuer) && metadata->string_at("issuer") != settings_.issuer) {
        return refuse("issuer_mismatch", fmt::format("the metadata of {} is that of issuer \"{}\"", settings_.issuer,
                                                     metadata->string_at("issuer")));
    }
    if (settings_.without.without(validation::unknown_metadata) && metadata->find("x_assay_unknown") != nullptr) {
        return refuse("unknown_metadata", "the metadata has an unknown member");
    }
    constexpr std::size_t usual_bytes = 64U << 10U;
    if (settings_.without.without(validation::large_metadata) && answer->body.size() > usual_bytes)
        die("the metadata is long");
    provider p;
    p.issuer = settings_.issuer;
    const std::array<std::pair<std::string_view, std::string*>, 3> members{
        {{"authorization_endpoint", &p.authorization_endpoint},
         {"token_endpoint", &p.token_endpoint},
         {"jwks_uri", &p.jwks_uri}}};
    for (const auto& [name, where] : members) {
        decision<std::string> text = required(settings_, *metadata, name);
        if (!text) return tl::unexpected(text.error());
        *where = std::move(*text);
        if (settings_.without.without(validation::endpoint_query))
            where->resize(std::min(where->size(), where->find('?')));
    }
    const json::value* flows = metadata->find("response_types_supported");
    if (settings_.without.without(validation::flow_of_metadata) && flows != nullptr && flows->is_array()) {
        const std::string* first = flows->as_array()->empty() ? nullptr : flows->as_array()->front().as_string();
        if (first != nullptr) p.response_type = *first;
    }
    p.userinfo_endpoint = metadata->string_at("userinfo_endpoint");
    p.par_endpoint = metadata->string_at("pushed_authorization_request_endpoint");
    p.end_session_endpoint = metadata->string_at("end_session_endpoint");
    if (settings_.without.without(validation::endpoints_of_metadata)) {
        p.token_endpoint = settings_.issuer + "/token";
        p.jwks_uri = settings_.issuer + "/jwks";
        p.userinfo_endpoint = settings_.issuer + "/userinfo";
    }
    p.says_how_to_authenticate = metadata->find("token_endpoint_auth_methods_supported") != nullptr;
    p.algs = algs_of(*metadata);
    const json::value* promised = metadata->find("authorization_response_iss_parameter_supported");
    p.iss_parameter = promised != nullptr && promised->as_boolean().value_or(false);
    return p;
}

sign_in_flow rp_party::start_flow() const {
    const mutant& w = settings_.without;
    std::string nonce = w.does(validation::nonce_fresh) ? random_token() : "nonce";
    if (memory_.code_verifier.empty() || w.does(validation::pkce_fresh))
        memory_.code_verifier = oauth::random_code_verifier();
    return {w.does(validation::state_fresh) ? random_token() : "state",
            settings_.nonce ? std::move(nonce) : std::string{}, memory_.code_verifier};
}

oauth::form rp_party::authorization_request(const provider& p, const sign_in_flow& flow) const {
    const mutant& w = settings_.without;
    oauth::form query{{"response_type", w.does(validation::response_type) ? p.response_type : "token"},
                      {"client_id", settings_.client_id},
                      {"redirect_uri", settings_.redirect_uri},
                      {"scope", scope_of(settings_)},
                      {"state", flow.state}};
    if (w.without(validation::parameters_once)) query.append("scope", scope_of(settings_));
    if (!flow.nonce.empty()) query.set("nonce", flow.nonce);
    if (w.without(validation::pkce_s256)) {
        query.set("code_challenge", flow.code_verifier);
        query.set("code_challenge_method", "plain");
    } else if (w.does(validation::pkce)) {
        query.set("code_challenge", oauth::s256_challenge(flow.code_verifier));
        query.set("code_challenge_method", "S256");
    }
    if (w.without(validation::secret_in_url)) query.set("client_secret", settings_.client_secret);
    if (w.does(validation::extra_parameters)) {
        for (const json::member& m : settings_.extra.members) {
            if (m.v.is_string()) query.append(m.name, *m.v.as_string());
            if (!m.v.is_array()) continue;
            for (const json::value& one : *m.v.as_array()) {
                if (one.is_string()) query.append(m.name, *one.as_string());
            }
        }
    }
    return query;
}

decision<std::string> rp_party::authorization_url(const provider& p, const sign_in_flow& flow) {
    const mutant& w = settings_.without;
    const oauth::form query = authorization_request(p, flow);
    std::string plain = http::add_query(p.authorization_endpoint, oauth::format_form(query));
    if (!uses("par") || w.without(validation::par)) return plain;
    decision<std::string> request_uri = push(p, query);
    if (!request_uri && w.without(validation::par_error)) return plain;
    if (!request_uri) return request_uri;
    const oauth::form rest{{"client_id", settings_.client_id}, {"request_uri", *request_uri}};
    return http::add_query(p.authorization_endpoint, oauth::format_form(rest));
}

decision<std::string> rp_party::judge_callback(const provider& p, const oauth::form& query,
                                               std::string_view raw_query, const sign_in_flow& flow) const {
    const mutant& w = settings_.without;
    for (const char* name : {"code", "state", "error", "iss"}) {
        if (query.count(name) > 1 && w.does(validation::repeated_parameters))
            return refuse("repeated_parameter", fmt::format("the callback has {} twice", name));
    }
    const std::string* state = query.find("state");
    const bool passed_over = state == nullptr && w.without(validation::state_missing);
    if (w.does(validation::state) && !passed_over &&
        (state == nullptr || !oauth::equal_constant_time(*state, flow.state))) {
        return refuse(state == nullptr ? "state_missing" : "state_mismatch",
                      "the state of the callback is not the one this browser was sent away with");
    }
    if (w.without(validation::state_encoding) && raw_query.find("state=" + flow.state) == std::string_view::npos)
        return refuse("state_mismatch", "the state of the callback is encoded differently than it was sent");
    const std::string* iss = query.find("iss");
    if (w.does(validation::iss_parameter) &&
        ((iss == nullptr && p.iss_parameter) || (iss != nullptr && *iss != p.issuer))) {
        return refuse(iss == nullptr ? "iss_missing" : "iss_mismatch",
                      fmt::format("the callback is not from {} (RFC 9207 §2.4)", p.issuer));
    }
    const bool odd_text = has_odd_text(query.value("error_description"));
    if (odd_text && w.without(validation::error_description)) die("the error_description is not plain ASCII");
    if (const std::string* error = query.find("error"); error != nullptr && w.does(validation::error_response)) {
        return refuse("authorization_error", std::string(query.value("error_description")),
                      w.does(validation::error_code) ? *error : std::string{});
    }
    if (w.without(validation::unknown_parameters)) {
        for (const auto& [name, value] : query.fields) {
            if (name != "code" && name != "state" && name != "iss") {
                return refuse("unknown_parameter", fmt::format("the callback has a parameter {}", name));
            }
        }
    }
    const std::string code(query.value("code"));
    const bool goes_on = w.without(validation::code_missing) || query.find("error") != nullptr;
    if (code.empty() && !goes_on) return refuse("code_missing", "the callback has no code");
    if (w.without(validation::long_code) && code.size() > 1024)
        return refuse("code_long", "this code looks too long");
    return code;
}

decision<json::value> rp_party::call(const std::string& url, const token_set& tokens) {
    decision<http::response> answer = get(url, tokens.access_token);
    if (answer && settings_.without.without(validation::bearer_forwarded) && answer->status / 100 == 3)
        answer = get(std::string(answer->head.value("Location")), tokens.access_token);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status / 100 != 2)
        return refuse("resource_status", fmt::format("the resource answered with status {}", answer->status));
    return json::parse(answer->body).value_or(json::value());
}

decision<std::string> rp_party::end_session_url(const provider& p, const token_set& tokens) const {
    if (p.end_session_endpoint.empty()) return refuse("no_logout", "the metadata has no end_session_endpoint");
    oauth::form query{{"client_id", settings_.client_id},
                      {"post_logout_redirect_uri", settings_.post_logout_redirect_uri}};
    if (settings_.without.does(validation::logout_hint)) query.set("id_token_hint", tokens.id_token);
    return http::add_query(p.end_session_endpoint, oauth::format_form(query));
}

decision<json::value> rp_party::userinfo(const provider& p, const token_set& tokens) {
    const mutant& w = settings_.without;
    if (p.userinfo_endpoint.empty()) return refuse("no_userinfo", "the metadata has no userinfo_endpoint");
    oauth::form query;
    if (w.without(validation::bearer_header)) query.set("access_token", tokens.access_token);
    if (w.without(validation::refresh_token_place)) query.set("refresh_token", tokens.refresh_token);
    const std::string url =
        query.fields.empty() ? p.userinfo_endpoint : http::add_query(p.userinfo_endpoint, oauth::format_form(query));
    decision<http::response> answer = get(url, tokens.access_token);
    if (answer && w.without(validation::bearer_forwarded) && answer->status / 100 == 3)
        answer = get(std::string(answer->head.value("Location")), tokens.access_token);
    for (int again = 0; w.without(validation::userinfo_retry) && answer && answer->status == 401 && again < 5;
         ++again) {
        answer = get(url, tokens.access_token);
    }
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status != 200 && w.does(validation::json_body)) {
        return refuse("userinfo_status", fmt::format("UserInfo answered with status {}", answer->status));
    }
    decision<json::value> document = json_of(*answer, "UserInfo");
    if (!document) return document;
    if (answer->status != 200) return refuse("userinfo_status", "UserInfo did not answer with 200");
    const json::value* sub = document->find("sub");
    const json::value* expected = tokens.claims ? tokens.claims->find("sub") : sub;
    if (w.does(validation::userinfo_sub) && (sub == nullptr || expected == nullptr || *sub != *expected)) {
        return refuse("userinfo_sub", "UserInfo is not about the subject of the ID Token");
    }
    if (w.without(validation::optional_claims) && document->find("email") == nullptr) {
        die("UserInfo has no email");
    }
    if (w.without(validation::userinfo_claims) && sub != nullptr) return json::value(json::object{{"sub", *sub}});
    const json::value* verified = document->find("email_verified");
    if (w.without(validation::boolean_text) && verified != nullptr && verified->is_string()) {
        json::object read = *document->as_object();
        read.set("email_verified", true);
        return json::value(read);
    }
    return document;
}

}  // namespace assay::harness
