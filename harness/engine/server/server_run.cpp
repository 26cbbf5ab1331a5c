#include "harness/engine/server/server_run.hpp"

#include <array>
#include <ctime>

#include <fmt/format.h>

#include "harness/engine/core/people.hpp"
#include "http/url.hpp"
#include "oauth/base64url.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/jwt.hpp"
#include "oauth/metadata_url.hpp"

namespace assay::harness {
namespace {

constexpr std::array<std::string_view, 20> last_names{
    "request_uri",  "dpop_nonce",    "dpop_proof", "assertion",        "request_object",
    "state",        "nonce",         "code",       "code_verifier",    "code_challenge",
    "access_token", "refresh_token", "id_token",   "redirect_uri",     "signed_userinfo",
    "logout_token", "device_code",   "user_code",  "verification_uri", "verification_uri_complete"};

// "acme.id" -> {"acme", "id"}
std::pair<std::string_view, std::string_view> split(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return {text, {}};
    return {text.substr(0, dot), text.substr(dot + 1)};
}

// The member of that element of the list whose `key` is `name`.
result<json::value> person(const json::value& list, std::string_view key, std::string_view kind,
                           std::string_view rest) {
    if (const json::value* found = member_of_one(&list, key, rest)) return *found;
    return fail(errc::unsupported,
                fmt::format("the server's {} '{}' is not known here", kind, rest.substr(0, rest.find('.'))));
}

std::optional<json::value> text_or_none(const std::string* text) {
    if (text == nullptr) return std::nullopt;
    return json::value(*text);
}

// By JSON pointer, or by a member's name, which may contain any character.
const json::value* member_of(const json::value& v, std::string_view name) {
    return name.starts_with('/') ? v.at_pointer(name) : v.find(name);
}

std::optional<json::value> value_or_none(const json::value* v) {
    if (v == nullptr) return std::nullopt;
    return *v;
}

std::optional<json::value> member_or_none(const std::optional<json::object>& o, std::string_view name) {
    if (!o) return std::nullopt;
    const json::value whole(*o);
    return value_or_none(member_of(whole, name));
}

}  // namespace

server_run::server_run(const check& c, const variant& v, const issuer_view& where, const std::string& label)
    : random(where.seed, label),
      vars([this](std::string_view name) { return known(name); }, &random),
      client(http::client_options{.requests_left = where.limits.requests_left, .ca_file = where.ca_file}),
      budget(where.limits.check_budget),
      at(where),
      check_(c),
      random_label_(label) {
    json::object matrix;
    for (const auto& [name, value] : v.values) matrix.append(name, value);
    vars.set("matrix", std::move(matrix));
    for (const registered_client& one : at.clients) {
        if (one.client_secret.empty()) continue;
        log.secret(one.client_secret);
        log.secret(oauth::format_basic(one.client_id, one.client_secret).substr(6));
    }
    log.secret(at.pages.password);
}

server_run::~server_run() = default;

result<json::value> server_run::known(std::string_view name) {
    const auto [first, rest] = split(name);
    if (name == "issuer") return json::value(at.issuer);
    if (first == "issuer") return part_of_issuer(rest);
    if (name == "now")
        return json::value(static_cast<std::int64_t>(std::time(nullptr)) + at.clock_ahead_s + clock_moved_s);
    if (name == "at_hash") return left_half_hash_of("access_token");
    if (name == "c_hash") return left_half_hash_of("code");
    if (first == "client") return known_client(rest);
    if (first == "capability") return json::value(at.can(rest));
    if (first == "jkt") {
        auto key = dpop_key(std::string(rest));
        if (!key) return fail(key.error());
        return json::value(key->thumbprint());
    }
    if (first == "listener") {
        if (!listens) return fail(errc::usage, "${listener} exists after a step 'listen'");
        return json::value(listens->origin());
    }
    if (first == "user") return person(at.users, "username", "user", rest);
    if (first == "organization") return person(at.organizations, "slug", "organization", rest);
    if (first == "endpoint") {
        auto url = endpoint(rest);
        if (!url) return fail(url.error());
        return json::value(std::move(*url));
    }
    if (first == "last") {
        if (const auto found = last.find(std::string(rest)); found != last.end()) return json::value(found->second);
        // RFC 6749 §5.1: the server decides whether to issue a refresh token.
        if (rest == "refresh_token" && last.contains("access_token"))
            return fail(errc::unsupported, "the server gave no refresh token with the access token");
        for (const std::string_view known_name : last_names) {
            if (rest == known_name) return fail(errc::not_found, fmt::format("there is no {} yet", rest));
        }
    }
    return fail(errc::usage, fmt::format("${{{}}} is unknown; save it in an earlier step", name));
}

// OIDC Core §3.1.3.6, §3.3.2.11: with the hash of the alg of the last parsed ID Token.
result<json::value> server_run::left_half_hash_of(const std::string& what) const {
    const auto hashed = last.find(what);
    const auto alg = member_or_none(now.jose, "alg");
    if (hashed == last.end() || !alg)
        return fail(errc::not_found, fmt::format("there is no {} and id_token yet", what));
    const std::string name = text_of(*alg);
    if (const auto known = oauth::parse_alg(name); known && *known != oauth::jws_alg::none)
        return json::value(oauth::left_half_hash(hashed->second, *known));
    return fail(errc::unsupported,
                fmt::format("the hash of {} in an ID Token with alg {} is not computed here", what, name));
}

result<json::value> server_run::part_of_issuer(std::string_view part) const {
    const auto url = http::parse_url(at.issuer);
    if (!url) return fail(url.error());
    if (part == "origin") return json::value(url->origin());
    if (part == "path") return json::value(url->path == "/" ? "" : url->path);
    return fail(errc::usage, fmt::format("an issuer has no '{}'; write issuer.origin or issuer.path", part));
}

result<json::value> server_run::known_client(std::string_view rest) const {
    const auto [role, member] = split(rest);
    const registered_client* who = at.find_client(role);
    if (who == nullptr) return fail(errc::unsupported, fmt::format("there is no client '{}' at this server", role));
    if (member == "client_id") return json::value(who->client_id);
    if (member == "client_secret") return json::value(who->client_secret);
    if (member == "origin" && !who->redirect_uris.empty()) {
        const auto page = http::parse_url(who->redirect_uris.front());
        return page ? json::value(page->origin()) : result<json::value>(fail(page.error()));
    }
    const std::size_t index = member == "redirect_uri" ? 0 : member == "other_redirect_uri" ? 1 : 2;
    if (index == 2) return fail(errc::usage, fmt::format("a client has no '{}'", member));
    if (index < who->redirect_uris.size()) return json::value(who->redirect_uris[index]);
    return fail(errc::unsupported, fmt::format("the client '{}' has no second redirect URI", role));
}

std::string server_run::random_text() {
    return oauth::base64url_encode(random.bytes("text", 16));
}

void remember(std::map<std::string, std::string>& last, const oauth::form& p, const std::string& name) {
    last.erase(name);
    if (const std::string* v = p.find(name)) last[name] = *v;
}

std::unique_ptr<server_run> server_run::another() {
    auto out = std::make_unique<server_run>(check_, variant{}, at, fmt::format("{}.{}", random_label_, ++others_));
    out->vars.inherit(vars);
    out->metadata_ = metadata_;
    out->clock_moved_s = clock_moved_s;
    out->dpop_keys_ = dpop_keys_;
    return out;
}

result<http::exchange> server_run::send(http::call c) {
    auto done = client.send(std::move(c));
    if (done) log.add(label, *done);
    return done;
}

observation observation_of(const http::response& r) {
    observation out;
    out.response = r;
    if (auto document = json::parse(r.body)) out.json = std::move(*document);
    return out;
}

std::optional<json::value> server_run::captured(const std::string& from) const {
    const auto [where, name] = split(from);
    if (where == "location") {
        if (!now.location.empty()) return json::value(now.location);
        return now.response ? text_or_none(now.response->head.find("location")) : std::nullopt;
    }
    if (where == "query") return text_or_none(now.query.find(name));
    if (where == "form") return text_or_none(now.form.find(name));
    if (where == "cookie") return browser_cookie(name);
    if (where == "fragment") return text_or_none(now.fragment.find(name));
    if (where == "claims") return member_or_none(now.claims, name);
    if (where == "jose") return member_or_none(now.jose, name);
    if (where == "json") return now.json ? value_or_none(member_of(*now.json, name)) : std::nullopt;
    if (!now.response) return std::nullopt;
    if (where == "status") return json::value(now.response->status);
    if (where == "body") return json::value(now.response->body);
    return text_or_none(now.response->head.find(name));
}

// ---- discovery ----

std::string server_run::metadata_url() const {
    return at.metadata_url.empty() ? oauth::openid_configuration_url(at.issuer) : at.metadata_url;
}

result<const json::object*> server_run::metadata() {
    if (metadata_) return metadata_->as_object();
    auto made = address(request_words{}, {}, metadata_url());
    if (!made) return fail(made.error());
    auto done = send(std::move(*made));
    if (!done) return fail(done.error());
    auto document = json::parse(done->received.body);
    if (done->received.status != 200 || !document || !document->is_object()) {
        return fail(errc::not_found,
                    fmt::format("{} answered {} without a JSON object", metadata_url(), done->received.status));
    }
    metadata_ = std::move(*document);
    return metadata_->as_object();
}

result<std::string> server_run::endpoint(std::string_view member) {
    if (const json::value* own = at.endpoints.find(member); own != nullptr && own->is_string())
        return *own->as_string();
    auto document = metadata();
    if (!document) return fail(document.error());
    const json::value* found = (*document)->find(member);
    if (found != nullptr && found->is_string()) return *found->as_string();
    return fail(errc::not_found, fmt::format("the metadata names no {}", member));
}

}  // namespace assay::harness
