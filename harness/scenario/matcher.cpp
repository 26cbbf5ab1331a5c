#include "harness/scenario/matcher.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include "data/number.hpp"
#include "data/pointer.hpp"
#include "harness/scenario/entropy.hpp"
#include "harness/scenario/variables.hpp"
#include "oauth/certificate.hpp"

namespace assay::harness {
namespace {

// The value to match: JSON, or text (a header, a parameter).
struct subject {
    const json::value* json = nullptr;
    const std::string* text = nullptr;

    [[nodiscard]] bool absent() const { return json == nullptr && text == nullptr; }
    [[nodiscard]] const std::string* string() const {
        return text != nullptr ? text : json ? json->as_string() : nullptr;
    }
};

std::string shortened(std::string text) {
    constexpr std::size_t longest = 300;
    if (text.size() <= longest) return text;
    std::size_t cut = longest;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
    const std::size_t all = text.size();
    text.resize(cut);
    return fmt::format("{}… ({} bytes)", text, all);
}

std::string actual_of(const subject& s) {
    if (s.text != nullptr) return shortened(*s.text);
    return s.json != nullptr ? shortened(json::format(*s.json)) : "absent";
}

std::optional<double> number_of(const subject& s) {
    if (s.json != nullptr) return s.json->as_number();
    if (s.text == nullptr) return std::nullopt;
    return parse_number(*s.text);
}

std::optional<mismatch> judge(const matcher& m, const subject& s);

bool holds(const matcher& m, const subject& s) {
    return !judge(m, s).has_value();
}

bool equals(const matcher& m, const subject& s) {
    if (s.text != nullptr) return text_of(m.literal) == *s.text;
    return s.json != nullptr && *s.json == m.literal;
}

bool contains_one(const matcher& part, const subject& s) {
    if (const std::string* text = s.string()) {
        return part.kind == matcher_kind::equal && text->find(text_of(part.literal)) != std::string::npos;
    }
    if (s.json == nullptr) return false;
    if (const json::array* items = s.json->as_array()) {
        return std::any_of(items->begin(), items->end(), [&](const json::value& v) {
            return holds(part, subject{&v, nullptr});
        });
    }
    return s.json->find(text_of(part.literal)) != nullptr;
}

bool is_of_type(std::string_view type, const subject& s) {
    if (type == "certificate") return s.string() != nullptr && oauth::is_certificate(*s.string());
    if (s.text != nullptr) return type == "string";
    if (s.json == nullptr) return false;
    const json::kind k = s.json->kind();
    if (type == "number") return k == json::kind::integer || k == json::kind::decimal;
    return json::kind_name(k) == type;
}

bool in_range(const matcher& m, const subject& s) {
    const auto n = number_of(s);
    const auto lowest = m.parts[0].literal.as_number();
    const auto highest = m.parts[1].literal.as_number();
    return n && lowest && highest && *n >= *lowest && *n <= *highest;
}

std::optional<std::int64_t> count_of(const subject& s) {
    if (const std::string* text = s.string()) {
        return std::count_if(text->begin(), text->end(),
                             [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    }
    if (s.json == nullptr) return std::nullopt;
    if (const json::array* items = s.json->as_array()) return static_cast<std::int64_t>(items->size());
    if (const json::object* o = s.json->as_object()) return static_cast<std::int64_t>(o->size());
    return std::nullopt;
}

bool regex_matches(const matcher& m, const subject& s) {
    const std::string* text = s.string();
    const std::string* pattern = m.literal.as_string();
    if (text == nullptr || pattern == nullptr) return false;
    const re2::RE2 compiled(*pattern, re2::RE2::Quiet);
    return compiled.ok() && re2::RE2::FullMatch(*text, compiled);
}

// An object without the first of the members is skipped.
bool is_unique(const matcher& m, const subject& s) {
    const json::array* items = s.json == nullptr ? nullptr : s.json->as_array();
    if (items == nullptr) return false;
    std::vector<std::string> seen;
    for (const json::value& item : *items) {
        if (item.find(m.names.front()) == nullptr) continue;
        std::string key;
        for (const std::string& name : m.names) {
            const json::value* v = item.find(name);
            key += (v == nullptr ? "-" : json::format(*v)) + "\n";
        }
        if (std::find(seen.begin(), seen.end(), key) != seen.end()) return false;
        seen.push_back(std::move(key));
    }
    return true;
}

bool simple_holds(const matcher& m, const subject& s) {
    switch (m.kind) {
        case matcher_kind::present:
            return !s.absent();
        case matcher_kind::absent:
            return s.absent();
        case matcher_kind::one_of:
            return std::any_of(m.parts.begin(), m.parts.end(), [&](const matcher& p) { return holds(p, s); });
        case matcher_kind::negation:
            return std::none_of(m.parts.begin(), m.parts.end(), [&](const matcher& p) { return holds(p, s); });
        case matcher_kind::unique:
            return is_unique(m, s);
        case matcher_kind::contains:
            return !s.absent() &&
                   std::all_of(m.parts.begin(), m.parts.end(), [&](const matcher& p) { return contains_one(p, s); });
        case matcher_kind::matches:
            return regex_matches(m, s);
        case matcher_kind::type:
            return is_of_type(text_of(m.literal), s);
        case matcher_kind::range:
            return in_range(m, s);
        case matcher_kind::count: {
            const auto n = count_of(s);
            if (!n) return false;
            const json::value counted(*n);
            return holds(m.parts[0], subject{&counted, nullptr});
        }
        case matcher_kind::distinct: {
            const json::array* items = s.json == nullptr ? nullptr : s.json->as_array();
            if (items == nullptr) return false;
            const json::value counted(static_cast<std::int64_t>(distinct_texts(*items).size()));
            return holds(m.parts[0], subject{&counted, nullptr});
        }
        case matcher_kind::unguessable: {
            const json::array* items = s.json == nullptr ? nullptr : s.json->as_array();
            if (items == nullptr) return false;
            const auto texts = distinct_texts(*items);
            return texts.size() == items->size() && entropy_bits_at_most(texts) >= m.literal.as_number().value_or(0);
        }
        default:
            return equals(m, s);
    }
}

std::string pointer_to(std::string_view name) {
    if (name.starts_with('/')) return std::string(name);
    return json::pointer_below("", name);
}

mismatch differs(const matcher& m, const subject& s) {
    return {"", describe(m), actual_of(s), m.at};
}

std::optional<mismatch> judge_shape(const matcher& m, const subject& s) {
    if (s.json == nullptr || !s.json->is_object()) return mismatch{"", "an object", actual_of(s), m.at};
    for (std::size_t i = 0; i < m.parts.size(); ++i) {
        const std::string at = pointer_to(m.names[i]);
        if (auto found = judge(m.parts[i], subject{s.json->at_pointer(at), nullptr})) {
            found->at = at + found->at;
            return found;
        }
    }
    return std::nullopt;
}

std::optional<mismatch> judge_sequence(const matcher& m, const subject& s) {
    const json::array* items = s.json == nullptr ? nullptr : s.json->as_array();
    if (items == nullptr || items->size() != m.parts.size()) return differs(m, s);
    for (std::size_t i = 0; i < m.parts.size(); ++i) {
        if (auto found = judge(m.parts[i], subject{&(*items)[i], nullptr})) {
            found->at = fmt::format("/{}{}", i, found->at);
            return found;
        }
    }
    return std::nullopt;
}

std::optional<mismatch> judge_element(const matcher& m, const json::value& v, std::string_view name) {
    for (const matcher& part : m.parts) {
        if (auto found = judge(part, subject{&v, nullptr})) {
            found->at = pointer_to(name) + found->at;
            return found;
        }
    }
    return std::nullopt;
}

std::optional<mismatch> judge_every(const matcher& m, const subject& s) {
    if (s.json == nullptr || !(s.json->is_array() || s.json->is_object())) return differs(m, s);
    if (const json::object* o = s.json->as_object()) {
        for (const json::member& one : o->members) {
            if (auto found = judge_element(m, one.v, one.name)) return found;
        }
        return std::nullopt;
    }
    const json::array& items = *s.json->as_array();
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (auto found = judge_element(m, items[i], std::to_string(i))) return found;
    }
    return std::nullopt;
}

std::optional<mismatch> judge(const matcher& m, const subject& s) {
    if (m.kind == matcher_kind::shape) return judge_shape(m, s);
    if (m.kind == matcher_kind::every) return judge_every(m, s);
    if (m.kind == matcher_kind::sequence) return judge_sequence(m, s);
    if (m.kind == matcher_kind::all) {
        for (const matcher& part : m.parts) {
            if (auto found = judge(part, s)) return found;
        }
        return std::nullopt;
    }
    if (simple_holds(m, s)) return std::nullopt;
    if (m.kind == matcher_kind::unguessable || m.kind == matcher_kind::distinct) {
        const json::array* items = s.json == nullptr ? nullptr : s.json->as_array();
        const auto texts = items == nullptr ? std::vector<std::string>{} : distinct_texts(*items);
        return mismatch{"", describe(m),
                        fmt::format("{} different of {}, about {:.0f} bits", texts.size(),
                                    items == nullptr ? 0 : items->size(), entropy_bits(texts)),
                        m.at};
    }
    return differs(m, s);
}

std::string describe_parts(const matcher& m, std::string_view between) {
    std::string out;
    for (const matcher& part : m.parts) {
        if (!out.empty()) out += between;
        out += describe(part);
    }
    return out;
}

}  // namespace

std::optional<mismatch> match(const matcher& m, const json::value* actual) {
    return judge(m, subject{actual, nullptr});
}

std::optional<mismatch> match_text(const matcher& m, const std::string* actual) {
    return judge(m, subject{nullptr, actual});
}

std::string describe(const matcher& m) {
    switch (m.kind) {
        case matcher_kind::present:
            return "present";
        case matcher_kind::absent:
            return "absent";
        case matcher_kind::one_of:
            return m.parts.size() == 2 ? describe_parts(m, " or ") : "one of " + describe_parts(m, ", ");
        case matcher_kind::matches:
            return "matching /" + text_of(m.literal) + "/";
        case matcher_kind::contains:
            return "containing " + describe_parts(m, " and ");
        case matcher_kind::type:
            return "of type " + text_of(m.literal);
        case matcher_kind::range:
            return fmt::format("from {} to {}", text_of(m.parts[0].literal), text_of(m.parts[1].literal));
        case matcher_kind::count:
            return describe(m.parts[0]) + " in number";
        case matcher_kind::distinct:
            return describe(m.parts[0]) + " different ones";
        case matcher_kind::unguessable:
            return fmt::format("all different, with at least {} bits of entropy", text_of(m.literal));
        case matcher_kind::every:
            return "each " + describe_parts(m, " and ");
        case matcher_kind::unique:
            return fmt::format("no two with the same {}", fmt::join(m.names, " and "));
        case matcher_kind::negation:
            return "not " + describe_parts(m, ", nor ");
        case matcher_kind::all:
            return describe_parts(m, " and ");
        case matcher_kind::sequence:
            return "[" + describe_parts(m, ", ") + "]";
        case matcher_kind::shape: {
            std::string out;
            for (std::size_t i = 0; i < m.parts.size(); ++i) {
                out += fmt::format("{}{}: {}", i == 0 ? "" : ", ", m.names[i], describe(m.parts[i]));
            }
            return "{" + out + "}";
        }
        case matcher_kind::equal:
            break;
    }
    return text_of(m.literal);
}

}  // namespace assay::harness
