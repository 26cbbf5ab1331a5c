#include "harness/scenario/steps.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"

namespace assay::harness {
namespace {

bool contains(std::span<const std::string_view> list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
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

constexpr std::array<std::string_view, 5> beside_verb{"expect", "given", "save", "collect", "when"};

result<step> load_step(const yaml::document& d, const yaml::node& n, verb_list verbs) {
    step s;
    if (auto ok = read_verb(d, n, beside_verb, verbs, s); !ok) return fail(ok.error());
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

result<std::vector<step>> load_steps(const yaml::document& d, const yaml::node& n, verb_list verbs) {
    if (!n.is_sequence() || n.items.empty()) return fail(d.error_at(n.at, "steps must be a list of steps"));
    std::vector<step> out;
    for (const yaml::node& item : n.items) {
        auto s = load_step(d, item, verbs);
        if (!s) return fail(s.error());
        out.push_back(std::move(*s));
    }
    return out;
}

}  // namespace assay::harness
