#include "harness/cli/twin/placeholders.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "oauth/client_auth.hpp"
#include "oauth/form_reading.hpp"
#include "oauth/jwt.hpp"

namespace assay::harness::twin {
namespace {

struct named_hole {
    std::string_view name, hole;
};
// Members of answers and claims of ID Tokens whose values are about the person.
constexpr named_hole person[] = {{"sub", "${user.sub}"},
                                 {"oid", "${user.sub}"},
                                 {"uid", "${user.sub}"},
                                 {"email", "${user.email}"},
                                 {"mail", "${user.email}"},
                                 {"upn", "${user.email}"},
                                 {"unique_name", "${user.email}"},
                                 {"userPrincipalName", "${user.email}"},
                                 {"name", "${user.name}"},
                                 {"display_name", "${user.name}"},
                                 {"displayName", "${user.name}"},
                                 {"global_name", "${user.name}"},
                                 {"real_name", "${user.name}"},
                                 {"given_name", "${user.given_name}"},
                                 {"givenName", "${user.given_name}"},
                                 {"first_name", "${user.given_name}"},
                                 {"family_name", "${user.family_name}"},
                                 {"surname", "${user.family_name}"},
                                 {"last_name", "${user.family_name}"},
                                 {"preferred_username", "${user.username}"},
                                 {"username", "${user.username}"},
                                 {"user_name", "${user.username}"},
                                 {"nickname", "${user.username}"},
                                 {"user", "${user.username}"},
                                 {"login", "${user.username}"},
                                 {"hd", "${user.email_domain}"}};
constexpr named_hole organization[] = {
    {"id", "${organization.id}"}, {"name", "${organization.name}"}, {"slug", "${organization.slug}"}};
constexpr std::array<std::string_view, 6> organization_parents{"team",    "organization", "org",
                                                               "company", "workspace",    "tenant"};
constexpr std::array<std::string_view, 6> person_parents{"", "user", "profile", "data", "me", "account"};
// Members of the protocol itself, by the hole of the same name or another.
constexpr named_hole protocol[] = {{"access_token", "${access_token}"},
                                   {"refresh_token", "${refresh_token}"},
                                   {"id_token", "${id_token}"},
                                   {"expires_in", "${expires_in}"},
                                   {"ext_expires_in", "${expires_in}"},
                                   {"refresh_expires_in", "${refresh_expires_in}"},
                                   {"refresh_token_expires_in", "${refresh_expires_in}"},
                                   {"scope", "${scope}"},
                                   {"scp", "${scope}"},
                                   {"state", "${state}"},
                                   {"session_state", "${session}"},
                                   {"sid", "${session}"},
                                   {"client_id", "${client_id}"},
                                   {"azp", "${client_id}"},
                                   {"cid", "${client_id}"},
                                   {"error", "${error}"},
                                   {"error_description", "${error_description}"},
                                   {"iss", "${issuer}"}};
// Whose values are words of the protocol, and say nothing about a person.
constexpr std::array<std::string_view, 12> words{"token_type", "typ",      "type",  "ver", "token_use",  "acr", "ok",
                                                 "status",     "interval", "roles", "amr", "permissions"};
constexpr std::array<std::string_view, 23> secret_names{
    "code",          "access_token",   "refresh_token", "id_token",      "client_secret",
    "code_verifier", "code_challenge", "state",         "nonce",         "password",
    "passwd",        "user_code",      "device_code",   "assertion",     "client_assertion",
    "token",         "subject_token",  "actor_token",   "id_token_hint", "registration_access_token",
    "session_state", "request_uri",    "session_token"};
// Of forms in which people say who they are.
constexpr std::array<std::string_view, 6> typed_names{"username",   "login", "email",
                                                      "login_hint", "user",  "identifier"};

template <class List>
std::optional<std::string_view> hole_named(const List& list, std::string_view name) {
    const auto found =
        std::find_if(std::begin(list), std::end(list), [&](const auto& one) { return one.name == name; });
    return found == std::end(list) ? std::nullopt : std::optional(found->hole);
}
template <class List>
bool holds(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_uuid(std::string_view text) {
    return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return c == '-' || std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}
// 2026-11-30T09:12:00Z
bool is_time(std::string_view text) {
    return text.size() >= 19 && text.size() <= 35 && text[4] == '-' && text[7] == '-' &&
           (text[10] == 'T' || text[10] == ' ') && text[13] == ':' && is_digit(text[0]);
}

// Every whole occurrence: no letter or digit stands before or behind it.
std::string replaced(std::string text, std::string_view what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        const bool starts = at == 0 || !is_word(text[at - 1]) || !is_word(what.front());
        const auto end = at + what.size();
        const bool ends = end == text.size() || !is_word(text[end]) || !is_word(what.back());
        if (starts && ends) {
            text.replace(at, what.size(), by);
        } else {
            at += what.size();
            if (at >= text.size()) break;
        }
    }
    return text;
}

// Trace numbers, times, tokens: too long, with digits, for a person to have chosen; and addresses.
bool is_mark(std::string_view word) {
    while (!word.empty() && std::string_view(":.,;").find(word.back()) != std::string_view::npos)
        word.remove_suffix(1);
    const auto sign = word.find('@');
    if (sign != std::string_view::npos && sign > 0 && word.find('.', sign) != std::string_view::npos) return true;
    return word.size() >= 12 && word.find('/') == std::string_view::npos &&
           std::any_of(word.begin(), word.end(), is_digit);
}

// Each word of the text, what separates them kept, by `change`.
template <class Change>
std::string by_words(std::string_view text, const Change& change) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" \"'<>,;()[]\r\n\t"), text.size());
        out += change(text.substr(0, end));
        if (end < text.size()) out += text[end];
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

json::value payload_of(std::string_view token) {
    const auto parts = oauth::parse_jws(token);
    return parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
}

json::value number_template(std::string_view name, std::int64_t n) {
    const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
    if (const auto hole = hole_named(protocol, name)) return *hole;
    if (name == "id" || name == "user_id" || name == "number") return "${user.number}";
    if (n >= 1'000'000'000 && n < 4'000'000'000 && (has("at") || has("time") || has("iat") || has("exp")))
        return "${now}";
    if (n == 0 || n == 1 || has("expires") || holds(words, name)) return n;
    std::int64_t out = 1;
    while (n / out >= 10 || n / out <= -10) out *= 10;
    return out;
}

}  // namespace

std::string shape_of_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isupper(byte) != 0)
            out += 'X';
        else if (std::islower(byte) != 0 || c == '$')
            out += 'x';
        else if (std::isdigit(byte) != 0)
            out += '0';
        else if (byte < 0x80 && std::isprint(byte) != 0)
            out += c;
        else if (byte >= 0xC0)
            out += 'x';  // the first byte of a letter beyond ASCII
    }
    return out;
}

std::string wording_of(std::string_view text) {
    return by_words(text, [](std::string_view word) { return is_mark(word) ? "#" : shape_of_text(word); });
}

placeholders::placeholders(const capture& c, const std::vector<exchange>& all)
    : origins_(c.origins), issuer_(c.issuer) {
    for (const auto& e : all) learn(e);
    for (const auto& s : c.steps) learn(s);
}

void placeholders::keep_secret(std::string_view value) {
    // A short word without a digit is no random value, and may be a word of the dialect: "secret", "standard".
    const bool random = value.size() >= 12 || std::any_of(value.begin(), value.end(), is_digit) ||
                        value.find('@') != std::string_view::npos;
    if (value.size() >= 6 && random && !is_masked(value)) secrets_.emplace(value);
}

void placeholders::keep_name(const std::string& value, std::string_view hole) {
    if (value.size() < 3 || is_masked(value)) return;
    const bool address = value.find('@') != std::string::npos;
    if (address) keep_secret(value);
    holes_.emplace(value, address ? "${user.email}" : std::string(hole));
}

void placeholders::learn(const exchange& e) {
    const auto sent = parameters_of(e.request);
    const auto back = oauth::read_form(e.request.query(), oauth::undecodable::kept).fields;
    for (const auto* fields : {&sent, &back}) {
        for (const auto& [name, value] : fields->fields) {
            if (holds(secret_names, name)) keep_secret(value);
            if (holds(typed_names, name)) keep_name(value, "${user.username}");
        }
    }
    const auto shown = authorization_of(e.request);
    keep_secret(shown.token);
    if (const auto basic = oauth::parse_basic(e.request.head.value("authorization")))
        keep_secret(basic->client_secret);
    for (const auto* h : {&e.request.head, &e.response.head}) {
        for (const auto& one : h->list) {
            const bool cookies = http::iequals(one.name, "cookie");
            if (!cookies && !http::iequals(one.name, "set-cookie")) continue;
            for (std::size_t at = 0; at != std::string::npos;) {
                const auto end = cookies ? one.value.find(';', at) : std::string::npos;
                const auto pair = std::string_view(one.value).substr(at, end == std::string::npos ? end : end - at);
                const auto value = pair.substr(std::min(pair.find('='), pair.size() - 1) + 1);
                keep_secret(value.substr(0, value.find(';')));
                at = end == std::string::npos ? end : end + 1;
            }
        }
    }
}

void placeholders::learn(const step& s) {
    if (const auto id = client_id_of(s); id.size() >= 3 && !is_masked(id)) holes_.emplace(id, "${client_id}");
    for (const auto& [name, value] : s.callback.fields) {
        if (holds(secret_names, name)) keep_secret(value);
    }
    if (s.kind == step_kind::metadata || s.kind == step_kind::jwks) return;
    learn_person("", s.answer, 0);
}

void placeholders::learn_person(std::string_view parent, const json::value& v, int depth) {
    if (depth > 8) return;
    if (const auto* list = v.as_array()) {
        for (const auto& one : *list) learn_person(parent, one, depth + 1);
    }
    if (!v.is_object()) return;
    for (const auto& m : v.as_object()->members) {
        const auto* text = m.v.as_string();
        if (text == nullptr) {
            learn_person(m.name, m.v, depth + 1);
            continue;
        }
        if (holds(secret_names, m.name) && m.name != "code") keep_secret(*text);  // often the name of an error
        const bool of_organization = holds(organization_parents, parent);
        const auto hole = of_organization ? hole_named(organization, m.name) : hole_named(person, m.name);
        if (hole && (of_organization || holds(person_parents, parent))) keep_name(*text, *hole);
        if (text->find('@') != std::string::npos && is_mark(*text) && text->find(' ') == std::string::npos)
            keep_secret(*text);
        if (const auto payload = payload_of(*text); payload.is_object()) {
            keep_secret(*text);
            learn_person("", payload, depth + 1);
        }
    }
}

json::value placeholders::template_of(const json::value& answer) const {
    return member_template("", "", answer, 0);
}
json::value placeholders::template_of(std::string_view name, const json::value& v) const {
    return member_template("", name, v, 0);
}

json::value placeholders::member_template(std::string_view parent, std::string_view name, const json::value& v,
                                          int depth) const {
    if (depth > 16 || v.is_null()) return {};
    if (v.as_boolean()) return v;
    if (const auto* text = v.as_string()) return text_template(parent, name, *text);
    if (const auto n = v.as_integer()) return number_template(name, *n);
    if (const auto* list = v.as_array()) {
        json::array out;
        if ((name == "scopes" || name == "scp") && depth <= 1) return "${scopes}";
        for (const auto& one : *list) {
            out.push_back(member_template(parent, name, one, depth + 1));
            if (one.is_object() || out.size() == 20) break;
        }
        return out;
    }
    const auto* object = v.as_object();
    if (object == nullptr) return json::decimal{0.5, "0.5"};
    json::object out;
    for (const auto& m : object->members) {
        auto key = named(m.name);
        std::replace(key.begin(), key.end(), '?', 'x');  // " ?" is a condition in a template
        out.append(key, member_template(name, m.name, m.v, depth + 1));
    }
    return out;
}

json::value placeholders::text_template(std::string_view parent, std::string_view name,
                                        const std::string& text) const {
    if (const auto hole = hole_named(protocol, name); hole && (name != "iss" || text == issuer_)) return *hole;
    if (!issuer_.empty() && text == issuer_) return "${issuer}";
    const bool plain = text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
                           return is_word(c) || c == ':' || c == '-' || c == '.' || c == ' ';
                       });
    if (holds(words, name) && plain) return text;
    if (holds(organization_parents, parent)) {
        if (const auto hole = hole_named(organization, name)) return *hole;
    }
    if (const auto known = holes_.find(text); known != holes_.end()) return known->second;
    if (name == "aud") return told(text);
    if (holds(person_parents, parent)) {
        const auto hole = hole_named(person, name);
        if (hole && text.find('@') != std::string::npos) return "${user.email}";
        if (hole) return *hole;
        if (name == "id" && std::all_of(text.begin(), text.end(), is_digit)) return "${user.digits}";
    }
    if (is_uuid(text)) return "${uuid}";
    if (is_time(text)) return "${time}";
    const auto url = http::parse_url(text);
    if (url && url->scheme.starts_with("http")) return "${base}" + shape_of_text(told(url->path));
    return shape_of_text(text);
}

std::string placeholders::without_secrets(std::string text) const {
    for (const auto& one : secrets_) {
        for (auto at = text.find(one); at != std::string::npos; at = text.find(one, at + one.size()))
            text.replace(at, one.size(), shape_of_text(one));
    }
    return text;
}

std::string placeholders::named(std::string text) const {
    text = without_secrets(std::move(text));
    for (const auto& [value, hole] : holes_) {
        // A short client_id is a word as well: app, web.
        if (hole != "${client_id}" || value.size() >= 8)
            text = replaced(std::move(text), value, shape_of_text(value));
    }
    return text;
}

std::string placeholders::told(std::string text) const {
    return by_words(named(std::move(text)),
                    [](std::string_view word) { return is_mark(word) ? shape_of_text(word) : std::string(word); });
}

json::value placeholders::with_base(const json::value& v) const {
    if (const auto* text = v.as_string()) {
        if (!issuer_.empty() && *text == issuer_) return "${issuer}";
        for (const auto& origin : origins_) {
            if (text->starts_with(origin)) return "${base}" + text->substr(origin.size());
        }
        std::string out = *text;
        for (auto at = out.find("${"); at != std::string::npos; at = out.find("${", at)) out.erase(at, 1);
        return out;
    }
    if (const auto* list = v.as_array()) {
        json::array out;
        for (const auto& one : *list) out.push_back(with_base(one));
        return out;
    }
    if (!v.is_object()) return v;
    json::object out;
    for (const auto& m : v.as_object()->members) out.append(m.name, with_base(m.v));
    return out;
}

}  // namespace assay::harness::twin
