#include "mock_server/faults/fault_spec.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/number.hpp"
#include "data/text.hpp"
#include "mock_server/faults/fault_value.hpp"
#include "oauth/form.hpp"

namespace assay::mock {
namespace {

constexpr std::int64_t count_max = 1'000'000'000;

// The members that say when and where, with their allowed values.
constexpr std::pair<std::string_view, std::string_view> members_of_specs[] = {
    {"nth", "a count from 1, \"2-4\" or \"2+\""},
    {"once", "true or false"},
    {"after", "a count from 1"},
    {"every", "a count from 1"},
    {"per", "client or code"},
    {"client", "a client_id"},
    {"probability", "a number from 0 to 1"},
    {"seed", "a text that is not empty"},
    {"at", "an endpoint"},
};

// The allowed values of a member of a spec, in words; empty: there is no such member.
std::string_view wanted_of(std::string_view name) {
    for (const auto& [known, wanted] : members_of_specs) {
        if (known == name) return wanted;
    }
    return {};
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> out;
    for (;;) {
        const auto end = text.find(at);
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

// Decodes %XX of a path (RFC 3986 §2.1); '+' is not a space there.
result<std::string> percent_decoded(std::string_view text) {
    std::string kept;
    for (const char ch : text) kept += ch == '+' ? std::string("%2B") : std::string(1, ch);
    auto out = oauth::form_decode(kept);
    if (!out) return fail(errc::usage, fmt::format("'{}': {}", text, out.error().message));
    return out;
}

std::optional<std::int64_t> count_of(std::string_view text) {
    const auto n = whole_number<std::int64_t>(text);
    return n && *n >= 1 && *n <= count_max ? n : std::nullopt;
}

std::optional<double> probability_of(std::string_view text) {
    const auto p = parse_number(text);
    return p && *p >= 0 && *p <= 1 ? p : std::nullopt;
}

result<fault_spec> spec_named(std::string_view name) {
    if (name.empty()) return fail(errc::usage, "a fault without a name; it is NAME[=VALUE][@QUALIFIER…]");
    fault_spec out;
    auto what = find_fault(name);
    if (!what) return fail(errc::usage, what.error().message);
    out.what = *what;
    out.at = (*what)->at;
    out.parameters = (*what)->parameters;
    return out;
}

result<fault_spec> spec_of_defect(std::string_view name) {
    fault_spec out;
    out.defect = find_rule(name);
    if (out.defect) return out;
    std::vector<std::string> names;
    for (const auto& r : rules()) names.emplace_back(r.name);
    return fail(errc::usage, fmt::format("unknown rule '{}'{}", name, did_you_mean(name, names)));
}

result<void> set_parameter(fault_spec& s, const std::string& name, json::value v) {
    if (auto ok = check_parameter(*s.what, name, v); !ok) return ok;
    s.parameters.set(name, std::move(v));
    return {};
}

result<void> set_parameter_text(fault_spec& s, std::string_view name, std::string_view encoded) {
    auto text = percent_decoded(encoded);
    if (!text) return fail(text.error());
    auto typed = json::parse(*text);
    return set_parameter(s, std::string(name), typed ? std::move(*typed) : json::value(std::move(*text)));
}

// NAME[=VALUE][;PARAMETER=VALUE…]
result<fault_spec> parse_head(std::string_view text) {
    constexpr std::string_view defect = "defect:";
    if (text.starts_with(defect)) return spec_of_defect(text.substr(defect.size()));
    const auto pieces = split(text, ';');
    const auto equals = pieces.front().find('=');
    auto out = spec_named(pieces.front().substr(0, equals));
    if (!out) return out;
    if (equals != std::string_view::npos) {
        if (out->parameters.empty())
            return fail(errc::usage, fmt::format("fault '{}' takes no value", out->what->name));
        const auto first = out->parameters.members.front().name;
        if (auto ok = set_parameter_text(*out, first, pieces.front().substr(equals + 1)); !ok)
            return fail(ok.error());
    }
    for (std::size_t n = 1; n < pieces.size(); ++n) {
        const auto at = pieces[n].find('=');
        if (at == std::string_view::npos)
            return fail(errc::usage, fmt::format("'{}' must be PARAMETER=VALUE", pieces[n]));
        if (auto ok = set_parameter_text(*out, pieces[n].substr(0, at), pieces[n].substr(at + 1)); !ok)
            return fail(ok.error());
    }
    return out;
}

// 2, 2+ or 2-4. False: the text is not a range.
bool read_range(std::string_view q, qualifiers& when) {
    if (const auto n = count_of(q)) {
        when.from = when.to = *n;
        return true;
    }
    if (q.ends_with('+')) {
        const auto from = count_of(q.substr(0, q.size() - 1));
        when.from = from.value_or(when.from);
        if (from) when.to = 0;
        return from.has_value();
    }
    const auto dash = q.find('-');
    if (dash == std::string_view::npos) return false;
    const auto from = count_of(q.substr(0, dash));
    const auto to = count_of(q.substr(dash + 1));
    if (!from || !to || *to < *from) return false;
    when.from = *from;
    when.to = *to;
    return true;
}

// KEY=VALUE. False: the key is unknown or the value invalid.
bool read_assignment(std::string_view key, std::string_view value, qualifiers& when) {
    if (key == "after" || key == "every") {
        const auto n = count_of(value);
        if (n && key == "after") when.from = *n + 1;
        if (n && key == "every") when.every = *n;
        return n.has_value();
    }
    if (key == "p") {
        const auto p = probability_of(value);
        when.probability = p.value_or(1);
        return p.has_value();
    }
    if (value.empty()) return false;
    if (key == "client") when.client = std::string(value);
    if (key == "seed") when.seed = std::string(value);
    return key == "client" || key == "seed";
}

result<void> choose_hook(fault_spec& s, hook h) {
    if (s.what == nullptr)
        return fail(errc::usage, fmt::format("a defect has no endpoint; leave @{} out", hook_name(h)));
    const auto& places = s.what->places;
    if (std::find(places.begin(), places.end(), h) == places.end()) {
        std::vector<std::string_view> names;
        for (const hook one : places) names.push_back(hook_name(one));
        return fail(errc::usage, fmt::format("fault '{}' can do nothing at '{}': @{} does not fit; it acts at {}",
                                             s.what->name, hook_name(h), hook_name(h), fmt::join(names, ", ")));
    }
    s.at = h;
    return {};
}

result<void> read_qualifier(fault_spec& s, std::string_view encoded) {
    auto decoded = percent_decoded(encoded);
    if (!decoded) return fail(decoded.error());
    const std::string_view q = *decoded;
    if (q == "once") {
        s.when.from = s.when.to = 1;
        return {};
    }
    if (q == "client" || q == "code") {
        s.when.per = q == "client" ? counted_by::client : counted_by::code;
        return {};
    }
    if (const auto h = parse_hook(q)) return choose_hook(s, *h);
    if (read_range(q, s.when)) return {};
    if (const auto equals = q.find('='); equals != std::string_view::npos) {
        const auto key = q.substr(0, equals);
        if (read_assignment(key, q.substr(equals + 1), s.when)) return {};
        for (const auto* one : {"after", "every", "p", "client", "seed"}) {
            if (key != one) continue;
            return fail(errc::usage,
                        fmt::format("'@{}': {} must be {}", q, key, wanted_of(key == "p" ? "probability" : key)));
        }
    }
    auto names = hook_names();
    for (const auto* one : {"once", "client", "code"}) names.emplace_back(one);
    return fail(errc::usage,
                fmt::format("'@{}' is no qualifier{}; there are @2, @2-4, @2+, @once, @after=2, @every=3, "
                            "@client, @code, @client=ID, @p=0.3, @seed=TEXT and @ENDPOINT (a value writes "
                            "@ as %40)",
                            q, did_you_mean(q, names)));
}

// True: `name` is a qualifier or a place, and the value is valid.
result<bool> read_when(fault_spec& s, const std::string& name, const json::value& v) {
    const auto text = v.is_string()    ? *v.as_string()
                      : v.as_integer() ? std::to_string(*v.as_integer())
                      : v.as_number()  ? json::format(v)
                                       : std::string{};
    if (name == "once" && v.as_boolean()) {
        if (*v.as_boolean()) s.when.from = s.when.to = 1;
        return true;
    }
    if (name == "nth") return read_range(text, s.when);
    if (name == "probability") return read_assignment("p", text, s.when);
    if (name == "after" || name == "every" || name == "client" || name == "seed")
        return read_assignment(name, text, s.when);
    if ((name == "per" && (text == "client" || text == "code")) || (name == "at" && parse_hook(text))) {
        if (auto ok = read_qualifier(s, text); !ok) return fail(ok.error());
        return true;
    }
    return false;
}

std::string place_meant(const json::value& v) {
    return v.is_string() ? did_you_mean(*v.as_string(), hook_names()) : "";
}

result<void> read_member(fault_spec& s, const json::member& m) {
    if (s.what != nullptr && s.what->parameters.find(m.name) != nullptr) return set_parameter(s, m.name, m.v);
    auto read = read_when(s, m.name, m.v);
    if (!read) return fail(read.error());
    if (*read) return {};
    if (const auto wanted = wanted_of(m.name); !wanted.empty()) {
        return fail(errc::usage, fmt::format("'{}' must be {}, not {}{}", m.name, wanted, json::format(m.v),
                                             m.name == "at" ? place_meant(m.v) : ""));
    }
    std::vector<std::string> names;
    if (s.what != nullptr) {
        for (const auto& p : s.what->parameters.members) names.push_back(p.name);
    }
    for (const auto& [known, wanted] : members_of_specs) names.emplace_back(known);
    return fail(errc::usage, fmt::format("{} has no member '{}'{}; there are {}",
                                         s.what == nullptr ? "a defect" : "fault '" + s.what->name + "'", m.name,
                                         did_you_mean(m.name, names), fmt::join(names, ", ")));
}

result<fault_spec> spec_of_object(const json::value& v) {
    const auto* name = v.find("fault");
    const auto* defect = v.find("defect");
    if ((name == nullptr) == (defect == nullptr))
        return fail(errc::usage, "a fault is an object with either 'fault' or 'defect'; two faults are two objects");
    const auto* text = (name != nullptr ? name : defect)->as_string();
    if (text == nullptr) return fail(errc::usage, "'fault' and 'defect' are names (assay list faults, list rules)");
    return name != nullptr ? spec_named(*text) : spec_of_defect(*text);
}

}  // namespace

result<fault_spec> parse_fault_spec(std::string_view text) {
    if (text.size() > fault_text_max)
        return fail(errc::usage, fmt::format("a fault of more than {} bytes; make it shorter", fault_text_max));
    const auto pieces = split(text, '@');
    auto out = parse_head(pieces.front());
    if (!out) return out;
    const bool counted = pieces.size() > 1;
    if (!counted && out->what != nullptr && !out->what->when.empty()) {
        if (auto ok = read_qualifier(*out, out->what->when); !ok) return fail(ok.error());
    }
    for (std::size_t n = 1; n < pieces.size(); ++n) {
        if (auto ok = read_qualifier(*out, pieces[n]); !ok) return fail(ok.error());
    }
    return out;
}

result<std::vector<fault_spec>> parse_fault_list(std::string_view text) {
    if (text.size() > fault_text_max)
        return fail(errc::usage, fmt::format("faults of more than {} bytes; make it shorter", fault_text_max));
    std::vector<fault_spec> out;
    for (const auto one : split(text, '~')) {
        if (out.size() == fault_list_max)
            return fail(errc::usage, fmt::format("more than {} faults at once; leave some out", fault_list_max));
        auto s = parse_fault_spec(one);
        if (!s) return fail(s.error());
        out.push_back(std::move(*s));
    }
    return out;
}

result<fault_spec> fault_spec_from_json(const json::value& v) {
    if (const auto* text = v.as_string()) return parse_fault_spec(*text);
    if (!v.is_object()) return fail(errc::usage, "a fault is a name or an object with 'fault' or 'defect'");
    auto out = spec_of_object(v);
    if (!out) return out;
    if (out->what != nullptr && !out->what->when.empty()) {
        if (auto ok = read_qualifier(*out, out->what->when); !ok) return fail(ok.error());
    }
    for (const auto& m : v.as_object()->members) {
        if (m.name == "fault" || m.name == "defect") continue;
        if (auto ok = read_member(*out, m); !ok) return fail(ok.error());
    }
    return out;
}

}  // namespace assay::mock
