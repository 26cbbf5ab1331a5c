// Reads matchers from YAML.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "data/nearest.hpp"
#include "harness/scenario/matcher.hpp"

namespace assay::harness {
namespace {

struct tag_row {
    std::string_view tag;
    matcher_kind kind;
};
constexpr std::array<tag_row, 14> tags{{{"!present", matcher_kind::present},
                                        {"!absent", matcher_kind::absent},
                                        {"!one_of", matcher_kind::one_of},
                                        {"!matches", matcher_kind::matches},
                                        {"!contains", matcher_kind::contains},
                                        {"!type", matcher_kind::type},
                                        {"!range", matcher_kind::range},
                                        {"!count", matcher_kind::count},
                                        {"!distinct", matcher_kind::distinct},
                                        {"!unguessable", matcher_kind::unguessable},
                                        {"!every", matcher_kind::every},
                                        {"!unique", matcher_kind::unique},
                                        {"!not", matcher_kind::negation},
                                        {"!all", matcher_kind::all}}};

// The types of JSON, and text that is a certificate.
constexpr std::array<std::string_view, 8> types{"string", "integer", "number", "boolean",
                                                "array",  "object",  "null",   "certificate"};

bool has_variable(std::string_view text) {
    return text.find("${") != std::string_view::npos;
}

yaml::node untagged(const yaml::node& n) {
    yaml::node copy = n;
    copy.tag.clear();
    return copy;
}

result<void> parse_parts(const yaml::document& d, const yaml::node& n, matcher& m) {
    if (!n.is_sequence()) {
        auto one = parse_matcher(d, untagged(n));
        if (!one) return fail(one.error());
        m.parts.push_back(std::move(*one));
        return {};
    }
    for (const yaml::node& item : n.items) {
        auto one = parse_matcher(d, item);
        if (!one) return fail(one.error());
        m.parts.push_back(std::move(*one));
    }
    if (m.parts.empty()) return fail(d.error_at(n.at, fmt::format("{} needs at least one value", n.tag)));
    return {};
}

result<void> parse_regex(const yaml::document& d, const yaml::node& n, matcher& m) {
    auto text = yaml::as_text(d, untagged(n));
    if (!text) return fail(text.error());
    if (!has_variable(*text)) {
        const re2::RE2 pattern(*text, re2::RE2::Quiet);
        if (!pattern.ok()) {
            return fail(
                d.error_at(n.at, fmt::format("!matches '{}' is no RE2 expression: {}", *text, pattern.error())));
        }
    }
    m.literal = std::move(*text);
    return {};
}

result<void> parse_type(const yaml::document& d, const yaml::node& n, matcher& m) {
    auto text = yaml::as_text(d, untagged(n));
    if (!text) return fail(text.error());
    if (std::find(types.begin(), types.end(), *text) == types.end()) {
        const std::vector<std::string> names(types.begin(), types.end());
        return fail(d.error_at(n.at, fmt::format("!type knows no '{}'{}", *text, did_you_mean(*text, names))));
    }
    m.literal = std::move(*text);
    return {};
}

result<void> parse_range(const yaml::document& d, const yaml::node& n, matcher& m) {
    if (!n.is_sequence() || n.items.size() != 2) return fail(d.error_at(n.at, "write !range [lowest, highest]"));
    for (const yaml::node& item : n.items) {
        auto v = yaml::as_json(d, item);
        if (!v) return fail(v.error());
        const bool fits = v->as_number().has_value() || (v->is_string() && has_variable(*v->as_string()));
        if (!fits) return fail(d.error_at(item.at, "a bound of !range must be a number"));
        m.parts.push_back(matcher{matcher_kind::equal, std::move(*v), {}, {}, item.at});
    }
    const auto lowest = m.parts[0].literal.as_number();
    const auto highest = m.parts[1].literal.as_number();
    if (lowest && highest && *lowest > *highest) {
        return fail(d.error_at(n.at, "write !range [lowest, highest]: nothing lies between these two"));
    }
    return {};
}

result<void> parse_count(const yaml::document& d, const yaml::node& n, matcher& m) {
    if (n.is_sequence()) return fail(d.error_at(n.at, fmt::format("write {} n", n.tag)));
    if (auto ok = parse_parts(d, n, m); !ok) return ok;
    const matcher& number = m.parts.front();
    const std::string* text = number.literal.as_string();
    const bool fits =
        number.kind != matcher_kind::equal || number.literal.as_integer() || (text != nullptr && has_variable(*text));
    if (!fits) return fail(d.error_at(n.at, fmt::format("write {} n, a whole number", n.tag)));
    return {};
}

result<void> parse_tagged(const yaml::document& d, const yaml::node& n, matcher& m) {
    switch (m.kind) {
        case matcher_kind::present:
        case matcher_kind::absent:
            if (n.kind == yaml::kind::null || (n.is_scalar() && n.scalar.empty())) return {};
            return fail(d.error_at(n.at, fmt::format("{} takes no value", n.tag)));
        case matcher_kind::matches:
            return parse_regex(d, n, m);
        case matcher_kind::type:
            return parse_type(d, n, m);
        case matcher_kind::range:
            return parse_range(d, n, m);
        case matcher_kind::count:
        case matcher_kind::distinct:
            return parse_count(d, n, m);
        case matcher_kind::unique: {
            auto members = yaml::as_texts(d, untagged(n));
            if (!members || members->empty())
                return fail(d.error_at(n.at, "write !unique MEMBER, or a list of them"));
            m.names = std::move(*members);
            return {};
        }
        case matcher_kind::unguessable: {
            auto bits = yaml::as_integer(d, untagged(n));
            if (!bits) return fail(d.error_at(n.at, "write !unguessable BITS"));
            m.literal = *bits;
            return {};
        }
        default:
            return parse_parts(d, n, m);
    }
}

result<matcher> parse_untagged(const yaml::document& d, const yaml::node& n) {
    matcher m;
    m.at = n.at;
    if (n.is_map()) {
        m.kind = matcher_kind::shape;
        for (const yaml::entry& e : n.entries) {
            auto part = parse_matcher(d, e.value);
            if (!part) return fail(part.error());
            m.names.push_back(e.key);
            m.parts.push_back(std::move(*part));
        }
        return m;
    }
    if (n.is_sequence()) {
        m.kind = matcher_kind::sequence;
        for (const yaml::node& item : n.items) {
            auto part = parse_matcher(d, item);
            if (!part) return fail(part.error());
            m.parts.push_back(std::move(*part));
        }
        return m;
    }
    auto literal = yaml::as_json(d, n);
    if (!literal) return fail(literal.error());
    m.literal = std::move(*literal);
    return m;
}

}  // namespace

std::span<const std::string_view> matcher_tags() {
    static const auto names = [] {
        std::array<std::string_view, tags.size()> out;
        std::transform(tags.begin(), tags.end(), out.begin(), [](const tag_row& t) { return t.tag; });
        return out;
    }();
    return names;
}

result<matcher> parse_matcher(const yaml::document& d, const yaml::node& n) {
    if (n.tag.empty()) return parse_untagged(d, n);
    const auto row = std::find_if(tags.begin(), tags.end(), [&](const tag_row& t) { return t.tag == n.tag; });
    if (row == tags.end()) {
        const std::vector<std::string> names(matcher_tags().begin(), matcher_tags().end());
        return fail(d.error_at(n.at, fmt::format("unknown matcher '{}'{}", n.tag, did_you_mean(n.tag, names))));
    }
    matcher m;
    m.kind = row->kind;
    m.at = n.at;
    if (auto ok = parse_tagged(d, n, m); !ok) return fail(ok.error());
    return m;
}

}  // namespace assay::harness
