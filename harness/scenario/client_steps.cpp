// Steps of client checks.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/scenario/loader.hpp"
#include "harness/scenario/steps.hpp"
#include "harness/scenario/words.hpp"

namespace assay::harness {
namespace {

// "elsewhere" is the issuer under another origin.
constexpr std::array<std::string_view, 14> endpoints{"metadata", "jwks",       "authorize", "consent",  "token",
                                                     "userinfo", "introspect", "revoke",    "register", "resource",
                                                     "sign_in",  "par",        "logout",    "elsewhere"};

result<std::string> endpoint_name(const yaml::document& d, const std::string& name, const yaml::place& at) {
    if (std::find(endpoints.begin(), endpoints.end(), name) != endpoints.end()) return name;
    const std::vector<std::string> list(endpoints.begin(), endpoints.end());
    return fail(d.error_at(at, fmt::format("the journal knows no endpoint '{}'{}", name, did_you_mean(name, list))));
}

result<seen_spec> load_seen(const yaml::document& d, const yaml::node& n) {
    static constexpr std::array<std::string_view, 8> keys{"count",     "form",       "query",      "headers",
                                                          "assertion", "no_repeats", "one_method", "fresh"};
    if (!n.is_map() || n.entries.size() != 1)
        return fail(d.error_at(n.at, "an entry of seen is { ENDPOINT: { … } }"));
    const yaml::entry& e = n.entries.front();
    auto endpoint = endpoint_name(d, e.key, e.at);
    if (!endpoint) return fail(endpoint.error());
    seen_spec out;
    out.endpoint = std::move(*endpoint);
    out.at = e.at;
    if (e.value.kind == yaml::kind::null) return out;
    if (auto ok = yaml::only_keys(d, e.value, keys, "'seen'"); !ok) return fail(ok.error());
    for (const yaml::entry& part : e.value.entries) {
        if (part.key == "count") {
            auto m = parse_matcher(d, part.value);
            if (!m) return fail(m.error());
            out.count = std::move(*m);
            continue;
        }
        if (part.key == "no_repeats" || part.key == "one_method") {
            auto flag = yaml::as_boolean(d, part.value);
            if (!flag) return fail(flag.error());
            (part.key == "no_repeats" ? out.no_repeats : out.one_method) = *flag;
            continue;
        }
        if (part.key == "fresh") {
            auto parameters = yaml::as_texts(d, part.value);
            if (!parameters) return fail(parameters.error());
            out.fresh = std::move(*parameters);
            continue;
        }
        auto named = load_named(d, part.value, part.key);
        if (!named) return fail(named.error());
        (part.key == "form"        ? out.form
         : part.key == "query"     ? out.query
         : part.key == "assertion" ? out.assertion
                                   : out.headers) = std::move(*named);
    }
    return out;
}

result<void> load_seen_list(const yaml::document& d, const yaml::node& n, client_expectation& out) {
    if (!n.is_sequence()) return fail(d.error_at(n.at, "seen must be a list"));
    for (const yaml::node& item : n.items) {
        auto one = load_seen(d, item);
        if (!one) return fail(one.error());
        out.seen.push_back(std::move(*one));
    }
    return {};
}

result<void> load_never(const yaml::document& d, const yaml::node& n, client_expectation& out) {
    auto list = yaml::as_texts(d, n);
    if (!list) return fail(list.error());
    for (const std::string& name : *list) {
        auto endpoint = endpoint_name(d, name, n.at);
        if (!endpoint) return fail(endpoint.error());
        out.never.push_back(std::move(*endpoint));
    }
    return {};
}

result<client_expectation> load_client_expect(const yaml::document& d, const yaml::node& n) {
    if (auto ok = yaml::only_keys(d, n, words().client_expect_keys, "expect"); !ok) return fail(ok.error());
    client_expectation out;
    for (const yaml::entry& e : n.entries) {
        result<void> ok;
        if (e.key == "seen") {
            ok = load_seen_list(d, e.value, out);
        } else if (e.key == "never") {
            ok = load_never(d, e.value, out);
        } else if (e.key == "report") {
            auto named = load_named(d, e.value, "report");
            if (!named) return fail(named.error());
            out.report = std::move(*named);
        } else if (e.key == "user") {
            auto name = yaml::as_text(d, e.value);
            if (!name) return fail(name.error());
            out.user = std::move(*name);
        } else {
            auto m = parse_matcher(d, e.value);
            if (!m) return fail(m.error());
            (e.key == "outcome"  ? out.outcome
             : e.key == "code"   ? out.code
             : e.key == "error"  ? out.error
             : e.key == "memory" ? out.memory
                                 : out.secrets_printed) = std::move(*m);
        }
        if (!ok) return fail(ok.error());
    }
    return out;
}

result<void> load_session(const yaml::document& d, const yaml::node& n, client_step& s) {
    const auto text = yaml::as_text(d, n);
    const std::string word = text.value_or("");
    if (s.what == client_verb::look) {
        if (word == "before") return {};
        return fail(
            d.error_at(n.at, "session under 'look' can only be before: the browser as it was before the callback"));
    }
    const bool delivers = s.what == client_verb::deliver;
    if (delivers && word != "other" && word != "none")
        return fail(d.error_at(n.at,
                               "session under 'deliver' can be other (a browser that began a sign-in of its own) "
                               "or none (one that began none)"));
    if (!delivers && word != "keep" && word != "other")
        return fail(d.error_at(n.at, fmt::format("session under '{}' can be keep (the browser of the sign-in before) "
                                                 "or other (somebody else's, and this one stays as it is)",
                                                 client_verb_name(s.what))));
    s.other_session = word == "other";
    s.keep_session = word == "keep";
    if (word == "none") s.sign_in.emplace().nobody = true;  // nobody began one in that browser
    return {};
}

result<void> load_argument(const yaml::document& d, const yaml::entry& e, client_step& s) {
    if (e.key == "scope") {
        auto text = yaml::as_text(d, e.value);
        if (!text) return fail(text.error());
        s.scope = std::move(*text);
    } else if (e.key == "nonce") {
        auto text = yaml::as_text(d, e.value);
        if (!text || *text != "none")
            return fail(d.error_at(e.value.at, "nonce can only be none: sign in without one"));
        s.nonce = false;
    } else if (e.key == "sign_in") {
        auto who = load_sign_in(d, e.value);
        if (!who) return fail(who.error());
        s.sign_in = std::move(*who);
    } else if (e.key == "query") {
        auto list = load_parameters(d, e.value, "query");
        if (!list) return fail(list.error());
        s.query = std::move(*list);
    } else if (e.key == "again") {
        auto flag = yaml::as_boolean(d, e.value);
        if (!flag) return fail(flag.error());
        s.again = *flag;
    } else if (e.key == "after") {
        auto text = yaml::as_text(d, e.value);
        if (!text || *text != "cool_down")
            return fail(d.error_at(e.value.at, "after can only be cool_down: when the client fetches keys again"));
        s.rested = true;
    } else if (e.key == "session") {
        return load_session(d, e.value, s);
    } else if (e.key == "to") {
        auto text = yaml::as_text(d, e.value);
        if (!text || *text != "other")
            return fail(
                d.error_at(e.value.at, "to under 'deliver' can only be other: the party of the other issuer"));
        s.to_other = true;
    } else {
        auto extra = yaml::as_json(d, e.value);
        if (!extra) return fail(extra.error());
        if (!extra->is_object()) return fail(d.error_at(e.value.at, "extra must be a map of name: value"));
        s.extra = *extra->as_object();
    }
    return {};
}

result<void> load_arguments(const yaml::document& d, const yaml::node& n, client_step& s) {
    static constexpr std::array<std::string_view, 6> start{"extra", "scope", "nonce", "sign_in", "session", "after"};
    static constexpr std::array<std::string_view, 4> deliver{"again", "session", "query", "to"};
    static constexpr std::array<std::string_view, 1> refresh{"scope"};
    static constexpr std::array<std::string_view, 1> look{"session"};
    if (n.kind == yaml::kind::null) return {};
    const bool starts = s.what == client_verb::sign_in || s.what == client_verb::login;
    std::span<const std::string_view> keys;
    if (starts) keys = start;
    if (s.what == client_verb::deliver) keys = deliver;
    if (s.what == client_verb::refresh) keys = refresh;
    if (s.what == client_verb::look) keys = look;
    if (auto ok = yaml::only_keys(d, n, keys, fmt::format("'{}'", client_verb_name(s.what))); !ok) return ok;
    for (const yaml::entry& e : n.entries) {
        if (auto ok = load_argument(d, e, s); !ok) return ok;
    }
    return {};
}

result<client_step> load_client_step(const yaml::document& d, const yaml::node& n) {
    if (!n.is_map() || n.entries.empty()) return fail(d.error_at(n.at, "a step is a map: a verb and expect"));
    client_step s;
    bool chosen = false;
    for (const yaml::entry& e : n.entries) {
        if (e.key == "expect") {
            auto expect = load_client_expect(d, e.value);
            if (!expect) return fail(expect.error());
            s.expect = std::move(*expect);
            continue;
        }
        const auto v = parse_client_verb(e.key);
        if (!v || chosen) {
            const auto known = words().client_verbs;
            std::vector<std::string> list(known.begin(), known.end());
            list.emplace_back("expect");
            return fail(d.error_at(e.at, chosen
                                             ? fmt::format("a step has one verb; '{}' is the second", e.key)
                                             : fmt::format("unknown verb '{}'{}", e.key, did_you_mean(e.key, list))));
        }
        chosen = true;
        s.what = *v;
        s.at = e.at;
        if (auto ok = load_arguments(d, e.value, s); !ok) return fail(ok.error());
    }
    if (!chosen) return fail(d.error_at(n.at, "a step needs a verb"));
    return s;
}

}  // namespace

result<std::vector<client_step>> load_client_steps(const yaml::document& d, const yaml::node& n) {
    if (!n.is_sequence() || n.items.empty()) return fail(d.error_at(n.at, "steps must be a list of steps"));
    std::vector<client_step> out;
    for (const yaml::node& item : n.items) {
        auto s = load_client_step(d, item);
        if (!s) return fail(s.error());
        out.push_back(std::move(*s));
    }
    return out;
}

}  // namespace assay::harness
