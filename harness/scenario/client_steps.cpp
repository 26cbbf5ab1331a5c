// Reads the steps of client checks.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/scenario/loader.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {
namespace {

// "elsewhere" is the issuer at another origin.
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

result<client_step> load_client_step(const yaml::document& d, const yaml::node& n, verb_list verbs) {
    static constexpr std::array<std::string_view, 1> beside_verb{"expect"};
    client_step s;
    if (auto ok = read_verb(d, n, beside_verb, verbs, s); !ok) return fail(ok.error());
    if (const yaml::node* expected = n.find("expect")) {
        auto expect = load_client_expect(d, *expected);
        if (!expect) return fail(expect.error());
        s.expect = std::move(*expect);
    }
    return s;
}

}  // namespace

result<std::vector<client_step>> load_client_steps(const yaml::document& d, const yaml::node& n, verb_list verbs) {
    if (!n.is_sequence() || n.items.empty()) return fail(d.error_at(n.at, "steps must be a list of steps"));
    std::vector<client_step> out;
    for (const yaml::node& item : n.items) {
        auto s = load_client_step(d, item, verbs);
        if (!s) return fail(s.error());
        out.push_back(std::move(*s));
    }
    return out;
}

}  // namespace assay::harness
