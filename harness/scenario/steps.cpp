#include "harness/scenario/steps.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/scenario/loader.hpp"
#include "harness/scenario/words.hpp"

namespace assay::harness {
namespace {

using names = std::vector<std::string_view>;

// What a verb understands beside wire parameters.
struct verb_row {
    verb what;
    names reserved;
    bool takes_parameters;
};

const verb_row& row_of(verb v) {
    static const names request_words{"client",       "auth", "headers", "method",           "body",
                                     "content_type", "path", "url",     "repeat_parameter", "transfer",
                                     "assertion",    "dpop", "over"};
    static const names par_words{"client", "auth", "headers",   "method",        "url",
                                 "pkce",   "dpop", "assertion", "request_object"};
    static const names bearer_words{"access_token", "headers", "method", "body",
                                    "content_type", "path",    "url",    "dpop"};
    static const std::array<verb_row, 23> table{{
        {verb::discover, {"headers", "method", "url"}, false},
        {verb::authorize,
         {"client", "pkce", "sign_in", "session", "method", "order", "url", "repeat_parameter", "request_object",
          "over"},
         true},
        {verb::token, request_words, true},
        {verb::refresh, request_words, true},
        {verb::userinfo, bearer_words, true},
        {verb::introspect, request_words, true},
        {verb::revoke, request_words, true},
        {verb::jwks, {"headers", "method", "url"}, false},
        {verb::registration, bearer_words, true},
        {verb::resource, bearer_words, true},
        {verb::request,
         {"client", "auth", "access_token", "headers", "method", "body", "content_type", "path", "url", "form",
          "json", "assertion", "dpop"},
         false},
        {verb::id_token, {}, false},
        {verb::access_token, {}, false},
        {verb::signed_userinfo, {}, false},
        {verb::logout_token, {}, false},
        {verb::par, par_words, true},
        {verb::logout, {"client", "sign_in"}, true},
        {verb::judge, {}, true},
        {verb::listen, {}, false},
        {verb::received, {}, false},
        {verb::rotate_keys, {}, false},
        {verb::withdraw_consent, {"client", "sign_in"}, false},
        {verb::handshake, {"endpoints", "versions", "ciphers"}, false},
    }};
    return table.at(static_cast<std::size_t>(v));
}

bool contains(std::span<const std::string_view> list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

// A text that, unless it holds ${…}, is one of `allowed`.
result<std::string> one_of(const yaml::document& d, const yaml::entry& e, std::span<const std::string_view> allowed) {
    auto text = yaml::as_text(d, e.value);
    if (!text || text->find("${") != std::string::npos || contains(allowed, *text)) return text;
    const std::vector<std::string> list(allowed.begin(), allowed.end());
    return fail(d.error_at(e.value.at, fmt::format("{} knows no '{}'{}", e.key, *text, did_you_mean(*text, list))));
}

result<std::string> load_word(const yaml::document& d, const yaml::entry& e) {
    static constexpr std::array<std::string_view, 7> auth{
        "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none", "both", "twice"};
    static constexpr std::array<std::string_view, 3> pkce{"S256", "plain", "none"};
    static constexpr std::array<std::string_view, 2> session{"fresh", "keep"};
    static constexpr std::array<std::string_view, 1> transfer{"chunked"};
    static constexpr std::array<std::string_view, 1> order{"reversed"};
    static constexpr std::array<std::string_view, 1> over{"http"};
    if (e.key == "client") return one_of(d, e, client_roles());
    if (e.key == "auth") return one_of(d, e, auth);
    if (e.key == "pkce") return one_of(d, e, pkce);
    if (e.key == "session") return one_of(d, e, session);
    if (e.key == "transfer") return one_of(d, e, transfer);
    if (e.key == "order") return one_of(d, e, order);
    if (e.key == "over") return one_of(d, e, over);
    return yaml::as_text(d, e.value);
}

std::string* word_of(step& s, std::string_view key) {
    if (key == "client") return &s.client;
    if (key == "auth") return &s.auth;
    if (key == "pkce") return &s.pkce;
    if (key == "session") return &s.session;
    if (key == "method") return &s.method;
    if (key == "content_type") return &s.content_type;
    if (key == "transfer") return &s.transfer;
    if (key == "path") return &s.path;
    if (key == "url") return &s.url;
    if (key == "order") return &s.order;
    if (key == "over") return &s.over;
    if (key == "ciphers") return &s.ciphers;
    if (key == "repeat_parameter") return &s.repeat_parameter;
    return nullptr;
}

result<void> load_reserved(const yaml::document& d, const yaml::entry& e, step& s) {
    if (std::string* word = word_of(s, e.key)) {
        auto text = load_word(d, e);
        if (!text) return fail(text.error());
        *word = std::move(*text);
        return {};
    }
    if (e.key == "headers" || e.key == "form") {
        auto list = load_parameters(d, e.value, e.key);
        if (!list) return fail(list.error());
        (e.key == "form" ? s.parameters : s.headers) = std::move(*list);
        return {};
    }
    if (is_jwt_word(e.key)) return load_jwt_word(d, e, s);
    if (is_handshake_word(e.key)) return load_handshake_word(d, e, s);
    if (e.key == "sign_in") {
        auto who = load_sign_in(d, e.value);
        if (!who) return fail(who.error());
        s.sign_in = std::move(*who);
        return {};
    }
    auto p = load_parameter(d, e);
    if (!p) return fail(p.error());
    if (e.key == "access_token") {
        s.access_token = std::move(*p);
    } else if (p->absent) {
        return fail(d.error_at(e.value.at, fmt::format("{} cannot be !absent; leave it out", e.key)));
    } else {
        (e.key == "json" ? s.json_body : s.body) = std::move(p->value);
    }
    return {};
}

result<void> load_arguments(const yaml::document& d, const yaml::node& n, step& s) {
    if (n.kind == yaml::kind::null) return {};
    const verb_row& row = row_of(s.what);
    if (!n.is_map())
        return fail(d.error_at(n.at, fmt::format("'{}' takes a map of what differs", verb_name(s.what))));
    if (s.what == verb::judge) {
        auto list = load_named(d, n, "assert");
        if (!list) return fail(list.error());
        s.judged = std::move(*list);
        return {};
    }
    if (!row.takes_parameters) {
        const std::string what = fmt::format("'{}'", verb_name(s.what));
        if (auto ok = yaml::only_keys(d, n, row.reserved, what); !ok) return ok;
    }
    for (const yaml::entry& e : n.entries) {
        if (contains(row.reserved, e.key)) {
            if (auto ok = load_reserved(d, e, s); !ok) return ok;
            continue;
        }
        // `json` and `form` are words of `request` alone; anywhere else they are parameters like any other.
        if (contains(words().reserved, e.key) && e.key != "json" && e.key != "form") {
            return fail(d.error_at(e.at, fmt::format("'{}' has no meaning under '{}'", e.key, verb_name(s.what))));
        }
        auto p = load_parameter(d, e);
        if (!p) return fail(p.error());
        s.parameters.push_back(std::move(*p));
    }
    return {};
}

result<void> load_captures(const yaml::document& d, const yaml::node& n, std::string_view key,
                           std::vector<capture>& into) {
    static constexpr std::array<std::string_view, 3> whole{"status", "location", "body"};
    static constexpr std::array<std::string_view, 8> parts{"query.", "fragment.", "form.",   "header.",
                                                           "json.",  "claims.",   "cookie.", "jose."};
    if (!n.is_map()) return fail(d.error_at(n.at, fmt::format("{} must be a map of variable: capture", key)));
    for (const yaml::entry& e : n.entries) {
        auto from = yaml::as_text(d, e.value);
        if (!from) return fail(from.error());
        const bool known = contains(whole, *from) || std::any_of(parts.begin(), parts.end(), [&](std::string_view p) {
                               return from->starts_with(p) && from->size() > p.size();
                           });
        if (!known) {
            return fail(d.error_at(
                e.value.at,
                fmt::format("'{}' captures nothing; write status, location, body, query.NAME, "
                            "fragment.NAME, form.NAME, header.NAME, cookie.NAME, json.NAME, claims.NAME or "
                            "jose.NAME",
                            *from)));
        }
        into.push_back({e.key, std::move(*from), e.at});
    }
    return {};
}

result<void> load_amount(const yaml::document& d, const yaml::node& n, std::string_view key, step& s) {
    const yaml::node* amount = n.find(key);
    if (amount == nullptr) return fail(d.error_at(n.at, fmt::format("'{}' needs {}", verb_name(s.what), key)));
    auto v = yaml::as_json(d, *amount);
    if (!v) return fail(v.error());
    const bool variable = v->is_string() && v->as_string()->find("${") != std::string::npos;
    if (!v->as_integer() && !variable)
        return fail(d.error_at(amount->at, fmt::format("{} must be a whole number", key)));
    s.amount = std::move(*v);
    return {};
}

result<void> load_inner(const yaml::document& d, const yaml::node& n, step& s) {
    const yaml::node* inner = n.find("steps");
    if (inner == nullptr) return fail(d.error_at(n.at, fmt::format("'{}' needs steps", verb_name(s.what))));
    auto steps = load_steps(d, *inner);
    if (!steps) return fail(steps.error());
    s.steps = std::move(*steps);
    return {};
}

result<void> load_clock(const yaml::document& d, const yaml::node& n, step& s) {
    static constexpr std::array<std::string_view, 1> keys{"advance_s"};
    if (auto ok = yaml::only_keys(d, n, keys, "'clock'"); !ok) return ok;
    return load_amount(d, n, "advance_s", s);
}

result<void> load_at_once(const yaml::document& d, const yaml::node& n, step& s) {
    const yaml::node* at_once = n.find("at_once");
    if (at_once == nullptr) return {};
    auto flag = yaml::as_boolean(d, *at_once);
    if (!flag) return fail(flag.error());
    s.at_once = *flag;
    return {};
}

result<void> load_repeat(const yaml::document& d, const yaml::node& n, step& s) {
    static constexpr std::array<std::string_view, 3> keys{"times", "steps", "at_once"};
    if (auto ok = yaml::only_keys(d, n, keys, "'repeat'"); !ok) return ok;
    if (auto ok = load_at_once(d, n, s); !ok) return ok;
    if (auto ok = load_amount(d, n, "times", s); !ok) return ok;
    return load_inner(d, n, s);
}

result<void> load_for_each(const yaml::document& d, const yaml::node& n, step& s) {
    static constexpr std::array<std::string_view, 4> keys{"name", "in", "steps", "at_once"};
    if (auto ok = yaml::only_keys(d, n, keys, "'for_each'"); !ok) return ok;
    if (auto ok = load_at_once(d, n, s); !ok) return ok;
    const yaml::node* name = n.find("name");
    const yaml::node* in = n.find("in");
    if (name == nullptr || in == nullptr) return fail(d.error_at(n.at, "'for_each' needs name, in and steps"));
    auto text = yaml::as_text(d, *name);
    if (!text) return fail(text.error());
    s.loop_name = std::move(*text);
    if (!in->is_sequence() || in->items.empty()) return fail(d.error_at(in->at, "in must be a list of values"));
    for (const yaml::node& item : in->items) {
        auto v = yaml::as_json(d, item);
        if (!v) return fail(v.error());
        s.loop_values.push_back(std::move(*v));
    }
    return load_inner(d, n, s);
}

result<void> load_race(const yaml::document& d, const yaml::node& n, step& s) {
    static constexpr std::array<std::string_view, 10> keys{"times",  "token", "refresh",  "userinfo", "introspect",
                                                           "revoke", "jwks",  "register", "resource", "request"};
    if (auto ok = yaml::only_keys(d, n, keys, "'race'"); !ok) return ok;
    if (auto ok = load_amount(d, n, "times", s); !ok) return ok;
    for (const yaml::entry& e : n.entries) {
        if (e.key == "times") continue;
        step raced;
        raced.what = *parse_verb(e.key);
        raced.at = e.at;
        if (auto ok = load_arguments(d, e.value, raced); !ok) return ok;
        s.steps.push_back(std::move(raced));
    }
    if (s.steps.size() != 1) return fail(d.error_at(n.at, "'race' needs exactly one verb beside times"));
    return {};
}

result<void> load_verb(const yaml::document& d, const yaml::entry& e, step& s) {
    switch (s.what) {
        case verb::clock:
            return load_clock(d, e.value, s);
        case verb::race:
            return load_race(d, e.value, s);
        case verb::for_each:
            return load_for_each(d, e.value, s);
        case verb::repeat:
            return load_repeat(d, e.value, s);
        default:
            return load_arguments(d, e.value, s);
    }
}

constexpr std::array<std::string_view, 5> beside_verb{"expect", "given", "save", "collect", "when"};

result<step> load_step(const yaml::document& d, const yaml::node& n) {
    if (!n.is_map() || n.entries.empty())
        return fail(d.error_at(n.at, fmt::format("a step is a map: a verb, {}", fmt::join(beside_verb, ", "))));
    step s;
    const yaml::entry* chosen = nullptr;
    for (const yaml::entry& e : n.entries) {
        if (contains(beside_verb, e.key)) continue;
        const auto v = parse_verb(e.key);
        if (!v) {
            const auto known = words().verbs;
            std::vector<std::string> list(known.begin(), known.end());
            list.insert(list.end(), beside_verb.begin(), beside_verb.end());
            return fail(d.error_at(e.at, fmt::format("unknown verb '{}'{}", e.key, did_you_mean(e.key, list))));
        }
        if (chosen != nullptr) {
            return fail(
                d.error_at(e.at, fmt::format("a step has one verb; '{}' is the second, give it its own '-'", e.key)));
        }
        chosen = &e;
        s.what = *v;
        s.at = e.at;
    }
    if (chosen == nullptr) return fail(d.error_at(n.at, "a step needs a verb"));
    if (auto ok = load_verb(d, *chosen, s); !ok) return fail(ok.error());
    for (const std::string_view key : {"save", "collect"}) {
        const yaml::node* captures = n.find(key);
        if (captures == nullptr) continue;
        if (auto ok = load_captures(d, *captures, key, key == "save" ? s.save : s.collect); !ok)
            return fail(ok.error());
    }
    if (const yaml::node* when = n.find("when")) {
        auto list = load_named(d, *when, "when");
        if (!list) return fail(list.error());
        s.when = std::move(*list);
    }
    if (const yaml::node* given = n.find("given")) {
        auto list = load_expect(d, *given, s);
        if (!list) return fail(list.error());
        s.given = std::move(*list);
    }
    if (const yaml::node* expect = n.find("expect")) {
        auto list = load_expect(d, *expect, s);
        if (!list) return fail(list.error());
        s.expect = std::move(*list);
    }
    return s;
}

}  // namespace

result<parameter> load_parameter(const yaml::document& d, const yaml::entry& e) {
    parameter p;
    p.name = e.key;
    p.at = e.at;
    if (e.value.tag == "!absent") {
        p.absent = true;
        return p;
    }
    auto v = yaml::as_json(d, e.value);
    if (!v) return fail(v.error());
    p.value = std::move(*v);
    return p;
}

result<std::vector<parameter>> load_parameters(const yaml::document& d, const yaml::node& n, std::string_view what) {
    if (!n.is_map()) return fail(d.error_at(n.at, fmt::format("{} must be a map of name: value", what)));
    std::vector<parameter> out;
    for (const yaml::entry& e : n.entries) {
        auto p = load_parameter(d, e);
        if (!p) return fail(p.error());
        out.push_back(std::move(*p));
    }
    return out;
}

result<std::vector<named_matcher>> load_named(const yaml::document& d, const yaml::node& n, std::string_view what) {
    if (!n.is_map()) return fail(d.error_at(n.at, fmt::format("{} must be a map of name: matcher", what)));
    std::vector<named_matcher> out;
    for (const yaml::entry& e : n.entries) {
        auto m = parse_matcher(d, e.value);
        if (!m) return fail(m.error());
        out.push_back({e.key, std::move(*m), e.at});
    }
    return out;
}

result<std::vector<step>> load_steps(const yaml::document& d, const yaml::node& n) {
    if (!n.is_sequence() || n.items.empty()) return fail(d.error_at(n.at, "steps must be a list of steps"));
    std::vector<step> out;
    for (const yaml::node& item : n.items) {
        auto s = load_step(d, item);
        if (!s) return fail(s.error());
        out.push_back(std::move(*s));
    }
    return out;
}

}  // namespace assay::harness
