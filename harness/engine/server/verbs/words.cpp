#include "harness/engine/server/verbs/words.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/scenario/steps.hpp"
#include "harness/scenario/words.hpp"

namespace assay::harness {
namespace {

using reader = result<void> (*)(const yaml::document& d, const yaml::entry& e, request_words& into);

// A key, its schema, and how it is read: as text (one of `allowed`, if there are any), or by `read`.
struct word {
    std::string_view name;
    std::string_view schema;
    std::string request_words::*text = nullptr;
    std::span<const std::string_view> allowed{};
    reader read = nullptr;
};

constexpr std::string_view any_text = R"({"type": "string"})";
constexpr std::string_view any_map = R"({"type": "object"})";
constexpr std::string_view a_jwt = R"({"$ref": "#/$defs/jwt"})";

constexpr std::array<std::string_view, 7> auth_methods{
    "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none", "both", "twice"};
constexpr std::array<std::string_view, 3> pkce_methods{"S256", "plain", "none"};
constexpr std::array<std::string_view, 2> sessions{"fresh", "keep"};
constexpr std::array<std::string_view, 1> transfers{"chunked"};
constexpr std::array<std::string_view, 1> orders{"reversed"};
constexpr std::array<std::string_view, 1> schemes{"http"};

template <auto member>
result<void> read_jwt(const yaml::document& d, const yaml::entry& e, request_words& into) {
    auto spec = load_jwt_spec(d, e);
    if (!spec) return fail(spec.error());
    into.*member = std::move(*spec);
    return {};
}

template <auto member>
result<void> read_map(const yaml::document& d, const yaml::entry& e, request_words& into) {
    auto list = load_parameters(d, e.value, e.key);
    if (!list) return fail(list.error());
    into.*member = std::move(*list);
    return {};
}

template <auto member>
result<void> read_value(const yaml::document& d, const yaml::entry& e, request_words& into) {
    auto p = load_parameter(d, e);
    if (!p) return fail(p.error());
    if (p->absent) return fail(d.error_at(e.value.at, fmt::format("{} cannot be !absent; leave it out", e.key)));
    into.*member = std::move(p->value);
    return {};
}

result<void> read_access_token(const yaml::document& d, const yaml::entry& e, request_words& into) {
    auto p = load_parameter(d, e);
    if (!p) return fail(p.error());
    into.access_token = std::move(*p);
    return {};
}

result<void> read_sign_in(const yaml::document& d, const yaml::entry& e, request_words& into) {
    auto who = load_sign_in(d, e.value);
    if (!who) return fail(who.error());
    into.sign_in = std::move(*who);
    return {};
}

const std::vector<word>& all_words() {
    using w = request_words;
    static const std::vector<word> table{
        {"client", R"({"type": "string",
                       "description": "A role: confidential, post, public, second, key or jwt_secret."})",
         &w::client, client_roles()},
        {"auth", R"({"type": "string", "description":
          "client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, none, both or twice."})",
         &w::auth, auth_methods},
        {"pkce", R"({"type": "string", "description": "S256, plain or none."})", &w::pkce, pkce_methods},
        {"session", R"({"type": "string", "description": "fresh, or keep for the same browser."})", &w::session,
         sessions},
        {"method", any_text, &w::method},
        {"content_type", any_text, &w::content_type},
        {"path", any_text, &w::path},
        {"url", any_text, &w::url},
        {"transfer", R"({"const": "chunked"})", &w::transfer, transfers},
        {"order", R"({"const": "reversed", "description": "The parameters in reverse order."})", &w::order, orders},
        {"over", R"({"const": "http", "description":
          "One request over plain HTTP, at the URL with http instead of https; no answer is a valid outcome."})",
         &w::over, schemes},
        {"repeat_parameter", R"({"type": "string", "description": "This parameter is sent twice."})",
         &w::repeat_parameter},
        {"headers", any_map, nullptr, {}, read_map<&w::headers>},
        {"form", any_map, nullptr, {}, read_map<&w::parameters>},
        {"body", R"({"description": "The raw body."})", nullptr, {}, read_value<&w::body>},
        {"json", R"({"description": "A JSON body."})", nullptr, {}, read_value<&w::json_body>},
        {"access_token",
         R"({"description": "Instead of the last one; !absent sends none."})",
         nullptr,
         {},
         read_access_token},
        {"sign_in", R"({"$ref": "#/$defs/sign_in"})", nullptr, {}, read_sign_in},
        {"assertion", a_jwt, nullptr, {}, read_jwt<&w::client_assertion>},
        {"dpop", a_jwt, nullptr, {}, read_jwt<&w::dpop>},
        {"request_object", a_jwt, nullptr, {}, read_jwt<&w::request_object>},
    };
    return table;
}

const word* find_word(std::string_view name) {
    const auto found =
        std::find_if(all_words().begin(), all_words().end(), [&](const word& one) { return one.name == name; });
    return found == all_words().end() ? nullptr : &*found;
}

bool contains(std::span<const std::string_view> list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_word(verb_list all, std::string_view name) {
    return std::any_of(all.begin(), all.end(), [&](const verb* one) { return contains(one->words(), name); });
}

// A text that is one of `allowed`, unless it contains ${…}.
result<void> read_text(const yaml::document& d, const yaml::entry& e, const word& w, request_words& into) {
    auto text = yaml::as_text(d, e.value);
    if (!text) return fail(text.error());
    if (!w.allowed.empty() && text->find("${") == std::string::npos && !contains(w.allowed, *text)) {
        const std::vector<std::string> list(w.allowed.begin(), w.allowed.end());
        return fail(
            d.error_at(e.value.at, fmt::format("{} knows no '{}'{}", e.key, *text, did_you_mean(*text, list))));
    }
    into.*w.text = std::move(*text);
    return {};
}

}  // namespace

result<void> word_verb::read(const yaml::document& d, const yaml::node& n, verb_list all, verb_use& into) const {
    if (n.kind == yaml::kind::null) return {};
    if (!n.is_map()) return fail(d.error_at(n.at, fmt::format("'{}' takes a map of what differs", name())));
    if (takes_ == takes::words_alone) {
        if (auto ok = yaml::only_keys(d, n, words_, fmt::format("'{}'", name())); !ok) return ok;
    }
    auto out = std::make_shared<request_words>();
    for (const yaml::entry& e : n.entries) {
        if (contains(words_, e.key)) {
            const word* w = find_word(e.key);
            auto ok = w->read != nullptr ? w->read(d, e, *out) : read_text(d, e, *w, *out);
            if (!ok) return ok;
            continue;
        }
        // `json` and `form` are keys of `request` only; under other verbs they are request parameters.
        if (is_word(all, e.key) && e.key != "json" && e.key != "form")
            return fail(d.error_at(e.at, fmt::format("'{}' has no meaning under '{}'", e.key, name())));
        auto p = load_parameter(d, e);
        if (!p) return fail(p.error());
        out->parameters.push_back(std::move(*p));
    }
    into.body = std::move(out);
    return {};
}

json::object word_verb::schema(verb_list) const {
    json::object properties;
    for (const std::string_view name : words_)
        properties.append(std::string(name), *json::parse(find_word(name)->schema));
    return schema_of_keys(help(), std::move(properties), takes_ == takes::parameters);
}

result<json::value> load_amount(const yaml::document& d, const yaml::node& n, std::string_view key,
                                std::string_view verb) {
    const yaml::node* amount = n.find(key);
    if (amount == nullptr) return fail(d.error_at(n.at, fmt::format("'{}' needs {}", verb, key)));
    auto v = yaml::as_json(d, *amount);
    if (!v) return v;
    const bool variable = v->is_string() && v->as_string()->find("${") != std::string::npos;
    if (!v->as_integer() && !variable)
        return fail(d.error_at(amount->at, fmt::format("{} must be a whole number", key)));
    return v;
}

json::object amount_schema() {
    return {{"description", "A whole number, or ${…}."}, {"type", json::array{"integer", "string"}}};
}

}  // namespace assay::harness
